/** Elements without markup in strings: what comes from a file is only ever text. */

type Child = Node | string | null | undefined | false;

/** An element with attributes (`class`, `aria-…`), listeners (`onclick`) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string | (() => void)> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else element.setAttribute(name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(id);
  return found as T;
}

const shapes: Record<string, string> = {
  match: "M4 10.5 8.5 15 16 6",
  mismatch: "M5 5 15 15M15 5 5 15",
  "cannot-check": "M7 7.5a3 3 0 1 1 4.6 2.5c-1 .6-1.6 1.2-1.6 2.4M10 15.4v.2",
  "not-supplied": "M5 10h2M9 10h2M13 10h2",
  absent: "M6 10h8",
  note: "M10 9v6M10 5.6v.2",
};

/** A shape beside the word, so that colour is never alone. */
export function shape(status: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `shape ${status}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shapes[status] ?? shapes["note"] ?? "");
  svg.append(path);
  return svg;
}
