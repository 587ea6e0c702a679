// @ts-check
/** Requests about classes. What is refused is an error with the sentence of the server. */

/**
 * @param {string} path  below /api/classes
 * @param {{body?: any, key?: string}} [how]
 * @returns {Promise<any>}
 */
export async function request(path, { body, key } = {}) {
  /** @type {Record<string, string>} */
  const headers = key ? { authorization: `Bearer ${key}` } : {};
  if (body !== undefined) headers["content-type"] = "application/json";
  let response;
  try {
    response = await fetch(`/api/classes${path}`, { method: body === undefined ? "GET" : "POST", headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Error("There is no connection to the server. Try again in a moment.");
  }
  const isJson = response.headers.get("content-type")?.includes("json");
  const answer = isJson ? await response.json() : await response.blob();
  if (!response.ok) throw Object.assign(new Error(answer.detail ?? "That did not work. Try again."), { status: response.status });
  return answer;
}
