// Runs in a world of its own. Answers pairs [absolute address, by what it is named]; nothing of the page is changed.
(() => {
  const found = [];
  const add = (address, by, base) => {
    if (!address) return;
    try {
      found.push([new URL(address, base || document.baseURI).href, by]);
    } catch {
      found.push([String(address), by]);
    }
  };
  const addresses = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]+))\s*\)/g;
  // Of an image-set the browser takes the one that fits the screen; which one, only its request tells.
  const addStyle = (text, kind) => {
    const by = String(text).includes("image-set(") ? "choice" : kind;
    for (const match of String(text).matchAll(addresses)) add(match[1] ?? match[2] ?? match[3], by);
  };
  const painted = ["backgroundImage", "listStyleImage", "borderImageSource", "maskImage", "content", "cursor"];
  const links = /(^|\s)(stylesheet|icon|apple-touch-icon|manifest|modulepreload|preload)(\s|$)/i;
  const plain = {
    SCRIPT: "src", IFRAME: "src", FRAME: "src", EMBED: "src", TRACK: "src", OBJECT: "data", INPUT: "src",
  };
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      const name = element.tagName.toUpperCase();
      if (name === "IMG") add(element.currentSrc || element.getAttribute("src"), "img");
      else if (name === "VIDEO" || name === "AUDIO") {
        add(element.currentSrc || element.getAttribute("src"), name.toLowerCase());
        add(element.getAttribute("poster"), "poster");
      } else if (name === "LINK") {
        if (links.test(element.rel) && !element.disabled) add(element.getAttribute("href"), "stylesheet" === element.rel ? "stylesheet" : "link");
      } else if (name === "IMAGE" || name === "USE") {
        add(element.getAttribute("href") || element.getAttribute("xlink:href"), name.toLowerCase());
      } else if (plain[name]) add(element.getAttribute(plain[name]), name.toLowerCase());
      for (const part of [null, "::before", "::after"]) {
        const style = getComputedStyle(element, part);
        if (part && style.content === "none") continue;
        for (const property of painted) {
          if (style[property] && style[property].includes("url(")) addStyle(style[property], "style");
        }
      }
      if (element.shadowRoot) visit(element.shadowRoot);
    }
  };
  visit(document);
  return found;
})()
