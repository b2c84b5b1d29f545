// Talks to the node that served this page. What is wrong is thrown as a Trouble, so that callers read top down.

export class Trouble extends Error {
  /** @param {"store"|"node"|"refused"} kind the store is away, this node is away, or the request was refused */
  constructor(kind, message, retryAfter = 2) {
    super(message);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }
}

/** Why the visitor's last session has ended, and when; null until an answer says so. */
export let ended = null;

/** Sends a request; gives the JSON of the answer, or null where there is none (204). */
export async function call(method, path, body) {
  // Kept alive: what is under way when the visitor leaves the page still arrives.
  const request = { method, headers: {}, cache: "no-store", keepalive: true };
  if (body !== undefined) {
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, request);
  } catch {
    throw new Trouble("node", "This node does not answer");
  }
  const told = response.headers.get("Session-Ended");
  if (told !== null) {
    const [cause, at] = told.split(" ");
    ended = { cause, at: new Date(at) };
  }
  if (response.status === 503) {
    throw new Trouble("store", "Redis is away", Number(response.headers.get("Retry-After")) || 2);
  }
  if (response.status === 502 || response.status === 504) {
    throw new Trouble("node", "No node answered");
  }
  if (response.status === 204) {
    return null;
  }
  const json = await response.json().catch(() => null);
  if (!response.ok) {
    throw new Trouble("refused", json?.error ?? `The node answered ${response.status}`);
  }
  return json;
}
