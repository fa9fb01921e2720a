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
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:is(${SECRET}) { color: transparent !important; -webkit-text-fill-color: transparent !important;
    text-shadow: none !important; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const look = (event) => {
    const field = event.composedPath()[0];
    if (field instanceof HTMLInputElement && (known.has(field) || field.matches(SECRET))) blank(field);
  };
  for (const kind of ['focusin', 'keydown', 'beforeinput', 'input', 'change', 'pointerdown']) {
    addEventListener(kind, look, { capture: true });
  }
  new MutationObserver((changes) => {
    for (const { target, oldValue } of changes) {
      if (/^password$/i.test(oldValue ?? '') || known.has(target)) blank(target);
    }
  }).observe(document, { subtree: true, attributes: true, attributeOldValue: true, attributeFilter: ['type', 'style'] });
})();
