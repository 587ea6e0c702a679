// @ts-check
/** Light or dark, before anything is drawn: what the address says, else what was chosen here, else what the system has. */

{
  const told = new URLSearchParams(location.search).get("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  let chosen = null;
  try { chosen = localStorage.getItem("theme"); } catch { /* private windows may refuse */ }
  document.documentElement.dataset.theme = told ?? chosen ?? (dark ? "dark" : "light");
}
