#!/usr/bin/env node
/**
 * Make static/vendor/plotly.min.js: Plotly with the kinds of traces that the page draws, and no more.
 *
 *     node scripts/plotly-bundle.mjs
 *
 * It needs Node.js 20 or newer, npm and a network. What it bundles stands below with its version;
 * only what Plotly itself needs may be newer another time. A new Plotly begins with the number
 * below. Then run the tests in tests/browser and commit what has changed in static/vendor.
 *
 * This is what Plotly's CUSTOM_BUNDLE.md does, from its package and without a clone of it. No trace
 * of the strict bundle's kind is among them, so nothing here makes functions of text.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const PLOTLY = "4.1.1";
const TRACES = ["bar", "contour", "heatmap"]; // scatter is in every bundle
const TOOLS = ["esbuild@0.28.2", "acorn@8.16.0"];
const VENDOR = new URL("../static/vendor/", import.meta.url);
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

const folder = mkdtempSync(join(tmpdir(), "plotly-"));
try {
  writeFileSync(join(folder, "package.json"), "{}");
  const npm = ["install", "--no-audit", "--no-fund", "--loglevel", "error", `plotly.js@${PLOTLY}`, ...TOOLS];
  execFileSync("npm", npm, { cwd: folder, stdio: "inherit" });
  await bundle();
} finally {
  rmSync(folder, { recursive: true });
}

async function bundle() {
  const require = createRequire(join(folder, "package.json"));
  const acorn = require("acorn");
  const parts = TRACES.map((name) => `require("plotly.js/lib/${name}")`).join(", ");
  const made = await require("esbuild").build({
    stdin: { contents: `const Plotly = require("plotly.js/lib/core");\nPlotly.register([${parts}]);\nmodule.exports = Plotly;`, resolveDir: folder },
    bundle: true, minify: true, write: false, format: "iife", globalName: "Plotly", target: "es2022", legalComments: "none", metafile: true, absWorkingDir: folder,
    define: { global: "window", "define.amd": "false" },
    plugins: [{ name: "leaner", setup: (build) => leaner(build, acorn) }],
    banner: { js: `/**\n* plotly.js v${PLOTLY}, with scatter, ${TRACES.join(", ")}\n* Copyright 2012-2026, Plotly, Inc.\n* All rights reserved.\n* Licensed under the MIT license\n*/` },
  });
  const code = made.outputFiles[0].contents;
  writeFileSync(new URL("plotly.min.js", VENDOR), code);
  // The best compression takes seconds, so the server does not have to do it.
  writeFileSync(new URL("plotly.min.js.br", VENDOR), brotliCompressSync(code, BROTLI));
  writeFileSync(new URL("plotly-LICENSE.txt", VENDOR), licences(made.metafile));
}

/** The licences of Plotly and of all packages of which something is in the bundle. */
function licences({ outputs }) {
  const inside = Object.entries(Object.values(outputs)[0].inputs);
  const files = inside.filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && !file.endsWith(".css")).map(([file]) => file);
  const names = new Set(files.map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? "plotly.js"));
  const others = [...names].filter((name) => name !== "plotly.js").sort();
  return ["plotly.js", ...others].map((name) => {
    const home = join(folder, "node_modules", name);
    const file = readdirSync(home).find((each) => /^licen[cs]e/i.test(each));
    const { version, license, author } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
    const text = file ? readFileSync(join(home, file), "utf8") : `${license}, ${author?.name ?? author ?? ""}`;
    return `${name} ${version}\n\n${text.trim()}\n`;
  }).join(`\n${"-".repeat(72)}\n\n`);
}

/** Leave out the styles of maps, and the documentation that Plotly's attributes carry, as its own build does. */
function leaner(build, acorn) {
  build.onLoad({ filter: /\.css$/ }, () => ({ contents: "", loader: "empty" }));
  build.onLoad({ filter: /plotly\.js\/src\/.*\.js$/ }, ({ path }) => ({ contents: undescribed(readFileSync(path, "utf8"), acorn) }));
}

/** A module in which every `description: "…"` says nothing. */
function undescribed(text, acorn) {
  if (!text.includes("description")) return undefined;
  const said = [];
  const look = (node) => {
    if (Array.isArray(node)) node.forEach(look);
    else if (node && typeof node.type === "string") {
      if (node.type === "Property" && node.key.name === "description" && isText(node.value)) said.push(node.value);
      else Object.values(node).forEach(look);
    }
  };
  look(acorn.parse(text, { ecmaVersion: "latest", sourceType: "script" }));
  return said.reverse().reduce((left, { start, end }) => `${left.slice(0, start)}""${left.slice(end)}`, text);
}

/** Whether an expression can only be a text: one, a sum that begins with one, a list of some that is joined. */
function isText(node) {
  if (node.type === "Literal") return typeof node.value === "string";
  if (node.type === "TemplateLiteral") return true;
  if (node.type === "BinaryExpression") return node.operator === "+" && (isText(node.left) || isText(node.right));
  return node.type === "CallExpression" && node.callee.type === "MemberExpression" && node.callee.property.name === "join";
}
