/** A capture that a person drives: what they were told of it so far. */
import type { VisitLogin, VisitTold } from "../shell";

export interface VisitRequest {
  number: number;
  url: string;
  method: string;
  kind: string;
  status: number;
  ended: boolean;
}

export interface Visit {
  login: VisitLogin | null;
  /** `false` while somebody signs in; null before the browser is there. */
  recording: boolean | null;
  /** The first address was opened, or could not be. */
  opened: boolean;
  url: string;
  /** The browser's name of what kept the last address from being opened. */
  error: string;
  refused: string;
  /** The tab or window in front, once there was another than the first. */
  front: { window: number; url: string; followed: boolean } | null;
  fixed: number;
  paused: boolean;
  /** The last requests, the newest last. */
  requests: VisitRequest[];
  count: number;
}

/** So many requests are shown; all of them are recorded. */
const shown = 300;

export function newVisit(login: VisitLogin | null): Visit {
  return { login, recording: null, opened: false, url: "", error: "", refused: "", front: null, fixed: 0, paused: false, requests: [], count: 0 };
}

export function hear(visit: Visit, told: VisitTold): void {
  switch (told.told) {
    case "recording":
      visit.recording = told.on;
      break;
    case "opened":
      Object.assign(visit, { opened: true, url: told.url, error: told.error, refused: "" });
      break;
    case "fixed":
      Object.assign(visit, { fixed: told.number, refused: "" });
      break;
    case "front":
      visit.front = { window: told.window, url: told.url, followed: told.followed };
      break;
    case "refused":
      visit.refused = told.what;
      break;
    case "request":
      request(visit, told);
  }
}

function request(visit: Visit, told: VisitRequest & { told: "request" }): void {
  const { told: _, ...one } = told;
  visit.count = Math.max(visit.count, one.number + 1);
  const at = visit.requests.findIndex((other) => other.number === one.number);
  if (at >= 0) visit.requests[at] = one;
  else visit.requests.push(one);
  if (visit.requests.length > shown) visit.requests.shift();
}
