import { c } from '/modules/c.js?worker';
const nested = new Worker('/nested.js');
nested.onmessage = () => fetch('/from-worker').then(() => import('/modules/c.js?late')).then(() => postMessage(c));
