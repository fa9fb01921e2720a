// Each part reports; the title says when all have. NONCE, BEACONS and told are set by the page.
'use strict';
const CHINESE = '公证存证自检：中文网页，生僻字㐂𠮷。';
const LIMIT_MS = 60000;
const here = new URL('.', location.href);
const at = (name) => new URL(name, here).href;
const all = (count, test) => Array.from({ length: count }, (_, index) => index).every(test);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function must(condition, what) {
  if (!condition) throw new Error(what);
}
async function until(test, what) {
  const end = Date.now() + LIMIT_MS;
  while (!(await test())) {
    must(Date.now() < end, what);
    await sleep(50);
  }
}
async function json(name, options) {
  const answer = await fetch(at(name), options);
  must(answer.ok, `${name} ${answer.status}`);
  return answer.json();
}
async function text(name) {
  const answer = await fetch(at(name));
  must(answer.ok, `${name} ${answer.status}`);
  return answer.text();
}

const frame = (name) => async () => {
  await until(() => told.has(name), name);
  return told.get(name);
};
const loaded = new Promise((resolve) => {
  if (document.readyState === 'complete') resolve();
  else addEventListener('load', resolve);
});

const parts = {
  async images() {
    await loaded;
    const images = [...document.querySelectorAll('img.plain')];
    must(images.length === 60 && images.every((image) => image.naturalWidth === 24), 'size');
  },
  async scripts() {
    await loaded;
    must(all(10, (index) => window[`script${index}`] === NONCE), 'a script did not run');
  },
  async styles() {
    await loaded;
    const style = getComputedStyle(document.documentElement);
    must(all(10, (index) => style.getPropertyValue(`--sheet${index}`).trim() === '1'), 'sheet');
    must(all(3, (index) => style.getPropertyValue(`--import${index}`).trim() === '1'), 'import');
  },
  async backgrounds() {
    await until(() => all(10, (index) =>
      performance.getEntriesByName(at(`background/${index}.png`)).length > 0), 'not fetched');
  },
  async lazy() {
    await loaded;
    for (const image of document.querySelectorAll('img.lazy')) {
      image.scrollIntoView();
      await until(() => image.complete && image.naturalWidth === 24, image.src);
    }
    scrollTo(0, 0);
  },
  frame: frame('frame'),
  'frame-of-other-port': frame('other'),
  'frame-of-localhost': frame('local'),
  async gb18030() {
    const page = await frame('gb18030')();
    must(page.text === CHINESE && page.charset.toLowerCase() === 'gb18030', page.charset);
  },
  async utf8() {
    must((await text('utf8.txt')) === CHINESE, 'text');
  },
  async worker() {
    const worker = new Worker(at('worker.js'));
    const data = await new Promise((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = reject;
    });
    worker.terminate();
    must(data.from === 'worker' && data.nonce === NONCE, 'answer');
  },
  async 'shared-worker'() {
    const worker = new SharedWorker(at('shared.js'));
    const data = await new Promise((resolve, reject) => {
      worker.port.onmessage = (event) => resolve(event.data);
      worker.onerror = reject;
    });
    must(data.from === 'shared' && data.nonce === NONCE, 'answer');
  },
  async 'service-worker'() {
    const registration = await navigator.serviceWorker.register(at('service.js'));
    const worker = registration.installing || registration.waiting || registration.active;
    await until(() => worker.state === 'activated', worker.state);
    const data = await new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = (event) => resolve(event.data);
      worker.postMessage('fetch', [channel.port2]);
    });
    await registration.unregister();
    must(data.from === 'service' && data.nonce === NONCE && data.cached === 2, 'answer');
  },
  async websocket() {
    const url = new URL('socket', here);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    const messages = [];
    const closed = new Promise((resolve, reject) => {
      socket.onclose = resolve;
      socket.onerror = () => reject(new Error('error'));
    });
    socket.onopen = () => {
      socket.send(`${NONCE} ${CHINESE}`);
      socket.send(new Uint8Array(70000).map((_, index) => index % 251));
    };
    socket.onmessage = (event) => {
      if (messages.push(event.data) === 2) socket.close(1000, 'done');
    };
    const end = await closed;
    must(end.wasClean && messages.length === 2, 'close');
    must(messages[0] === `${NONCE} ${CHINESE}`, 'text');
    must(new Uint8Array(messages[1]).every((octet, index) => octet === index % 251), 'binary');
  },
  async events() {
    const source = new EventSource(at('events'));
    const seen = [];
    source.onmessage = (event) => seen.push(event.data);
    // an error is how the end of the stream is told
    await new Promise((resolve) => { source.onerror = resolve; });
    source.close();
    must(seen.join() === `${NONCE},二,3`, seen.join());
  },
  async post() {
    const body = `名=${NONCE}&text=${CHINESE}`;
    const data = await json('post', { method: 'POST', body });
    must(data.octets === new TextEncoder().encode(body).length, 'length');
  },
  async gzip() {
    must((await json('gzip.json')).nonce === NONCE, 'content');
  },
  async brotli() {
    must((await json('brotli.json')).nonce === NONCE, 'content');
  },
  async zstd() {
    must((await json('zstd.json')).nonce === NONCE, 'content');
  },
  async chunked() {
    must((await json('chunked.json')).nonce === NONCE, 'content');
  },
  async redirects() {
    const answer = await fetch(at('hop/302.json'));
    must(answer.redirected && answer.url === at('hop/end.json'), answer.url);
    must((await answer.json()).nonce === NONCE, 'content');
  },
  async missing() {
    must((await fetch(at('missing.json'))).status === 404, 'status');
  },
  async audio() {
    const sound = document.querySelector('audio');
    await until(() => sound.readyState === 4, 'not loaded');
  },
  async range() {
    const answer = await fetch(at('tone.wav?part'), { headers: { Range: 'bytes=100-199' } });
    must(answer.status === 206 && (await answer.arrayBuffer()).byteLength === 100, 'range');
  },
  async beacon() {
    must(navigator.sendBeacon(at('beacon'), NONCE), 'not queued');
    await until(async () => (await json('beacons', { cache: 'no-store' })).count > BEACONS, 'not seen');
  },
};

async function run() {
  const failed = [];
  const limit = (name) => sleep(LIMIT_MS * 1.5).then(() => { throw new Error(`${name}: time`); });
  await Promise.all(Object.entries(parts).map(async ([name, part]) => {
    try {
      await Promise.race([part(), limit(name)]);
    } catch (error) {
      failed.push(`${name} (${(error && error.message) || error})`);
    }
  }));
  window.fidemSelfTest = { nonce: NONCE, done: true, failed };
  const mark = failed.length ? `failed: ${failed.join(', ')}` : 'done';
  document.title = `fidem-self-test ${NONCE} ${mark}`;
}
window.fidemSelfTest = { nonce: NONCE, done: false, failed: [] };
run();
