// Questions to the server: JSON there and back, the session's token with whatever changes something.

import { boot, byId } from "./boot.js";

const TOKEN = document.querySelector('meta[name="csrf-token"]').content;

// What the server refused, with everything that is wrong.
export class Refused extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.hint = error.hint;
    this.problems = error.problems ?? [];
    this.others = error.others ?? []; // what somebody else made of the same fields meanwhile
  }

  get isConflict() {
    return this.status === 409;
  }
}

export function address(place, given = {}, draft = "") {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null && (each !== "" || Array.isArray(value))) query.append(name, each);
    }
  }
  const path = boot.urls[place].replace("DRAFT", encodeURIComponent(draft));
  return query.size ? `${path}?${query}` : path;
}

async function answered(sent) {
  let answer;
  try {
    answer = await sent;
  } catch {
    throw new Refused(0, { code: "page.no_answer", message: byId("boot").dataset.offline });
  }
  const body = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
  if (answer.ok && body) return body;
  const error = body?.error ?? {};
  throw new Refused(answer.status, { ...error, message: error.message ?? byId("boot").dataset.offline });
}

const HEADERS = { Accept: "application/json" };

export const ask = (place, given, draft) => answered(fetch(address(place, given, draft), { headers: HEADERS }));

export function tell(place, said, draft) {
  const headers = { ...HEADERS, "Content-Type": "application/json", "X-CSRFToken": TOKEN };
  return answered(fetch(address(place, {}, draft), { method: "POST", headers, body: JSON.stringify(said) }));
}
