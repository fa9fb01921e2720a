/** A browser that a person drives, and that is not there: it answers as the real one does. */
import type { InteractiveView, VisitLogin, VisitOrder, VisitTold } from "../types";

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

interface Open {
  orders: VisitOrder[];
  wake: () => void;
}

export function newVisits() {
  const open = new Map<string, Open>();

  async function next(job: string): Promise<VisitOrder> {
    const one = open.get(job);
    if (!one) return { act: "finish" };
    while (one.orders.length === 0) await new Promise<void>((wake) => (one.wake = wake));
    return one.orders.shift() as VisitOrder;
  }

  return {
    say(job: string, order: VisitOrder): boolean {
      const one = open.get(job);
      one?.orders.push(order);
      one?.wake();
      return one !== undefined;
    },

    async drive(job: string, url: string, login: VisitLogin | null, step: (name: string) => void, tell: (told: VisitTold) => void): Promise<InteractiveView> {
      open.set(job, { orders: [], wake: () => undefined });
      const did: InteractiveView = { login: null, fixed: [], film: { frames: 412, gaps: [], problem: "" } };
      step("self-test");
      if (login) {
        const began = new Date().toISOString();
        tell({ told: "recording", on: false });
        for (let order = await next(job); order.act !== "end-login" && order.act !== "finish"; order = await next(job));
        did.login = { ...login, began, ended: new Date().toISOString() };
      }
      tell({ told: "recording", on: true });
      for (const name of ["launch", "examine", "open"]) {
        step(name);
        await wait(60);
      }
      let number = 0;
      let at = url;
      let lost = false;
      const go = (to: string) => {
        at = to;
        if (to.includes("absent")) return tell({ told: "opened", url: to, error: "net::ERR_NAME_NOT_RESOLVED" });
        for (const [path, kind] of [["", "Document"], ["style.css", "Stylesheet"], ["shop.js", "Script"], ["88213-1.webp", "Image"], ["api/stock", "Fetch"]] as const) {
          tell({ told: "request", number: number++, url: new URL(path, to).href, method: "GET", kind, status: 200, ended: true });
        }
        tell({ told: "request", number: number++, url: new URL("events", to).href, method: "GET", kind: "EventSource", status: 0, ended: false });
        tell({ told: "opened", url: to, error: "" });
        if (to.includes("another-tab")) tell({ told: "front", window: 3, url: new URL("opened", to).href, followed: true });
        if (to.includes("lost-window")) tell({ told: "front", window: 4, url: to, followed: false });
        lost = to.includes("lost-window");
      };
      go(url);
      for (let order = await next(job); order.act !== "finish"; order = await next(job)) {
        if (order.act === "go" && /^https?:/.test(order.url)) go(order.url);
        else if (order.act === "go") tell({ told: "refused", what: order.url });
        else if (order.act === "fix" && lost) tell({ told: "refused", what: "fix" });
        else if (order.act === "fix") {
          const page = did.fixed.length + 1;
          did.fixed.push({ at: new Date().toISOString(), label: order.label, title: "青瓷茶具 六件套", url: at, prefix: `fix-00${page}-` });
          tell({ told: "fixed", number: page });
        } else if (order.act === "resume") did.film?.gaps.push({ fromMs: 8_200, toMs: 21_400, reason: "paused" });
      }
      open.delete(job);
      for (const name of ["close", "examine", "archive", "seal"]) {
        step(name);
        await wait(60);
      }
      return did;
    },
  };
}
