// Asks the server. What is wrong is thrown as a Trouble.

export class Trouble extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The header is what no form of another site can send. Names travel in the body: URLs are written to logs. */
export async function call(what, body = {}) {
  let response;
  try {
    response = await fetch(`api/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Sojourn-Console": "1" },
      body: JSON.stringify(body),
      cache: "no-store",
      redirect: "manual",
    });
  } catch {
    throw new Trouble(0, "The server of the console does not answer.");
  }
  if (response.type === "opaqueredirect") {
    throw new Trouble(0, "You are not signed in any more. Load the page again.");
  }
  const json = await response.json().catch(() => null);
  if (!response.ok || json === null) {
    const text = json?.error ?? (response.status === 403 ? "You may not see the console any more." : `The server answered ${response.status}`);
    throw new Trouble(response.status, text);
  }
  return json;
}
