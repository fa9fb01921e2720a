const NONCE = '{nonce}';
addEventListener('install', (event) => {
  event.waitUntil(caches.open(NONCE).then((cache) => cache.addAll(['cached/1.txt', 'cached/2.txt'])));
});
addEventListener('message', (event) => {
  const port = event.ports[0];
  event.waitUntil((async () => {
    const data = await (await fetch('service.json')).json();
    data.cached = (await (await caches.open(NONCE)).keys()).length;
    port.postMessage(data);
  })());
});
