// @ts-check
/** Requests over HTTP. What is refused is an error with the sentence of the server. */

import { language, t } from "./words.js";

/** @typedef {{body?: any, key?: string, signal?: AbortSignal}} How  a body that is a file goes as it is, any other as JSON */

/** What the server answers in the language of the page by. */
export const SPOKEN = { "accept-language": language };

/**
 * Ask, and return the response as soon as it begins.
 * @param {string} path  below /api
 * @param {How} [how]
 * @returns {Promise<Response>}
 */
export async function respond(path, { body, key, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = { ...SPOKEN, ...(key ? { authorization: `Bearer ${key}` } : {}) };
  const isFile = body instanceof Blob;
  if (body !== undefined && !isFile) headers["content-type"] = "application/json";
  let response;
  try {
    response = await fetch(`/api${path}`, { method: body === undefined ? "GET" : "POST", headers, body: body === undefined || isFile ? body : JSON.stringify(body), signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(t`There is no connection to the server. Try again in a moment.`);
  }
  if (response.ok) return response;
  const answer = isJson(response) ? await response.json() : {};
  throw Object.assign(new Error(answer.detail ?? t`That did not work. Try again.`), { status: response.status });
}

/** Ask, and return the whole answer: JSON, or a file. @param {string} path  below /api @param {How} [how] @returns {Promise<any>} */
export async function request(path, how) {
  const response = await respond(path, how);
  return isJson(response) ? response.json() : response.blob();
}

/** @param {Response} response */
function isJson(response) {
  return response.headers.get("content-type")?.includes("json");
}
