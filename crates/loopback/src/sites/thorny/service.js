importScripts('/service-import.js');
addEventListener('install', (event) => {
  skipWaiting();
  event.waitUntil(caches.open('c').then((cache) => cache.addAll(['/by-service', '/icon.png'])));
});
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (pathname === '/made-by-service') event.respondWith(new Response('made'));
  if (pathname === '/through-service') event.respondWith(fetch(event.request));
});
