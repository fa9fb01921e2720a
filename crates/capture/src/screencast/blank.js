(() => {
  'use strict';
  const SECRET = 'input[type=password i], input[autocomplete~="current-password" i], input[autocomplete~="new-password" i], '
    + 'input[autocomplete~="one-time-code" i]';
  const BLANK = { color: 'transparent', '-webkit-text-fill-color': 'transparent', 'text-shadow': 'none' };
  const known = new WeakSet();
  const blank = (field) => {
    known.add(field);
    for (const [name, value] of Object.entries(BLANK)) {
      // Set anew only where the page took it away: each setting is a change that is told again.
      if (field.style.getPropertyValue(name) !== value) field.style.setProperty(name, value, 'important');
    }
  };
  const look = (event) => {
    const field = event.composedPath()[0];
    if (field instanceof HTMLInputElement && (known.has(field) || field.matches(SECRET))) blank(field);
  };
  for (const kind of ['focusin', 'keydown', 'beforeinput', 'input', 'change', 'pointerdown']) {
    addEventListener(kind, look, { capture: true });
  }
  const changed = (changes) => {
    for (const { target, oldValue } of changes) {
      if (/^password$/i.test(oldValue ?? '') || known.has(target)) blank(target);
    }
  };
  let drawn = null;
  const draw = () => {
    if (drawn === document) return;
    drawn = document;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:is(${SECRET}) { color: transparent !important; -webkit-text-fill-color: transparent !important;
      text-shadow: none !important; }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    new MutationObserver(changed)
      .observe(document, { subtree: true, attributes: true, attributeOldValue: true, attributeFilter: ['type', 'style'] });
  };
  draw();
  // A window that a page opened begins with an empty document. The next one of the same site takes its place in the same
  // window, and no script is run anew for that.
  if (location.href === 'about:blank' && window === top) setInterval(draw, 5);
})();
