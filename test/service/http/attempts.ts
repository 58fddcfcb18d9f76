/** Something that a page does to use the broker. */
export interface Attempt {
  readonly what: string;
  /**
   * The body of an async function that does it and returns what the page has learnt from it. It is given what `setting` has,
   * and waits for what a page can wait for.
   */
  readonly script: string;
  /** What arrives at the broker, each as `METHOD STATUS`, where that isn't one GET that is refused. */
  readonly arrives?: readonly string[];
  /** What the page has learnt, where that isn't merely that it failed. */
  readonly learns?: unknown;
}

/** What stands before each script. @param broker http://HOST:PORT */
export function setting(broker: string): string {
  return `
    const broker = ${JSON.stringify(broker)};
    const secret = broker + '/api/experimental/secret';
    const chat = broker + '/api/chat';
    const body = JSON.stringify({ model: 'llama3.2', stream: false, messages: [{ role: 'user', content: 'Hello!' }] });
    const leads = (status, to) => '/leads?status=' + status + '&to=' + encodeURIComponent(to);
    const made = (name, fields, parent = document.body) => {
      const element = Object.assign(document.createElement(name), fields);
      parent.append(element);
      return element;
    };
    const settled = (target, good = 'load', bad = 'error') => new Promise((resolve) => {
      target.addEventListener(good, () => resolve('loaded'));
      target.addEventListener(bad, () => resolve('failed'));
    });
    const shown = async (name, fields) => {
      const element = document.createElement(name);
      const over = settled(element, name === 'video' ? 'loadeddata' : 'load');
      Object.assign(element, fields);
      document.body.append(element);
      return over;
    };
    const read = async (url, init) => {
      try {
        const answer = await fetch(url, init);
        return { type: answer.type, status: answer.status, text: await answer.text() };
      } catch {
        return 'failed';
      }
    };
    const send = async (method, enctype, fields, { action = chat, noReferrer = false } = {}) => {
      const frame = made('iframe', { name: 'answer' });
      const form = made('form', { method, enctype, action, target: 'answer' });
      if (noReferrer) made('meta', { name: 'referrer', content: 'no-referrer' }, document.head);
      for (const [name, value] of fields) made('input', { name, value }, form);
      const over = settled(frame);
      form.submit();
      await over;
      return frame.contentDocument;
    };
    // Read as JSON, it is a chat: the browser puts one "=" between name and value.
    const disguised = [[body.slice(0, -1) + ',"x":"', '"}']];
    const told = (code, options = {}) => new Promise((resolve) => {
      addEventListener('message', ({ data }) => resolve(data), { once: true });
      made('iframe', { srcdoc: '<script>(async () => {' + code + '})().then((done) => parent.postMessage(done ?? null, "*"))<\\/script>', ...options });
    });
    const inner = 'const read = ' + read + ';const [secret, chat, body] = ' + JSON.stringify([secret, chat, body]) + ';';
  `;
}

const refusedPost = ['POST 403'];
const refusedPreflight = ['OPTIONS 403'];
/** What a page is given where it asks without wanting to read. */
const opaque = { type: 'opaque', status: 0, text: '' };

/** Everything that web pages have to send something elsewhere. */
export const attempts: readonly Attempt[] = [
  { what: 'fetch', script: 'return read(secret);' },
  { what: 'fetch with cookies', script: 'return read(secret, { credentials: "include" });' },
  { what: 'fetch that hides where it comes from', script: 'return read(secret, { referrerPolicy: "no-referrer" });' },
  { what: 'fetch that is not to read', script: 'return read(secret, { mode: "no-cors" });', learns: opaque },
  { what: 'fetch POST of text', script: 'return read(chat, { method: "POST", body });', arrives: refusedPost },
  {
    what: 'fetch POST of text that is not to read',
    script: 'return read(chat, { method: "POST", body, mode: "no-cors" });',
    arrives: refusedPost,
    learns: opaque,
  },
  {
    what: 'fetch POST of text that hides where it comes from',
    script: 'return read(chat, { method: "POST", body, mode: "no-cors", referrerPolicy: "no-referrer" });',
    arrives: refusedPost,
    learns: opaque,
  },
  {
    what: 'fetch POST of JSON',
    script: 'return read(chat, { method: "POST", body, headers: { "content-type": "application/json" } });',
    arrives: refusedPreflight,
  },
  {
    what: 'fetch with a token',
    script: 'return read(secret, { headers: { authorization: "Bearer any" } });',
    arrives: refusedPreflight,
  },
  {
    what: 'fetch that chooses a route',
    script: 'return read(secret, { headers: { "x-cloudtolocalllm-route": "local" } });',
    arrives: refusedPreflight,
  },
  { what: 'fetch DELETE', script: 'return read(secret, { method: "DELETE" });', arrives: refusedPreflight },
  {
    what: 'fetch that outlives the page',
    script: 'return read(chat, { method: "POST", body, keepalive: true });',
    arrives: refusedPost,
  },
  {
    what: 'XMLHttpRequest',
    script: `
      const request = new XMLHttpRequest();
      const over = settled(request);
      request.open('GET', secret);
      request.send();
      return [await over, request.status, request.responseText, request.getAllResponseHeaders()];`,
    learns: ['failed', 0, '', ''],
  },
  {
    what: 'EventSource',
    script: 'const events = new EventSource(secret); return settled(events, "open").finally(() => events.close());',
  },
  {
    what: 'WebSocket',
    script: 'return settled(new WebSocket(secret.replace("http", "ws")), "open");',
  },
  {
    what: 'sendBeacon of text',
    script: 'return navigator.sendBeacon(chat, body);',
    arrives: refusedPost,
    learns: true,
  },
  {
    what: 'sendBeacon of JSON',
    script: 'return navigator.sendBeacon(chat, new Blob([body], { type: "application/json" }));',
    arrives: refusedPreflight,
    learns: true,
  },
  {
    what: 'sendBeacon of a form',
    script: 'return navigator.sendBeacon(chat, new URLSearchParams({ model: "llama3.2" }));',
    arrives: refusedPost,
    learns: true,
  },
  { what: 'an image', script: 'return shown("img", { src: secret });' },
  { what: 'an image that is to be read', script: 'return shown("img", { src: secret, crossOrigin: "anonymous" });' },
  { what: 'a script', script: 'return shown("script", { src: secret });' },
  { what: 'a module', script: 'return shown("script", { src: secret, type: "module" });' },
  { what: 'a module that is imported', script: 'return import(secret).catch(() => "failed");' },
  { what: 'a style sheet', script: 'return shown("link", { href: secret, rel: "stylesheet" });' },
  {
    what: 'a font',
    script: 'return new FontFace("any", `url(${secret})`).load().then(() => "loaded", () => "failed");',
  },
  { what: 'a preload', script: 'return shown("link", { href: secret, rel: "preload", as: "script" });' },
  { what: 'a prefetch', script: 'return shown("link", { href: secret, rel: "prefetch" });' },
  { what: 'a video', script: 'return shown("video", { src: secret });' },
  { what: 'an object', script: 'return shown("object", { data: secret });' },
  {
    what: 'a frame',
    script: 'const frame = made("iframe", { src: secret }); await settled(frame); return frame.contentDocument;',
    learns: null,
  },
  {
    what: 'a script of a worker',
    script: `
      const code = 'try { importScripts("' + secret + '"); postMessage("loaded"); } catch { postMessage("failed"); }';
      const worker = new Worker(URL.createObjectURL(new Blob([code])));
      return new Promise((resolve) => worker.addEventListener('message', ({ data }) => resolve(data)));`,
  },
  {
    what: 'a frame without an origin',
    script: 'return told(inner + "return read(secret);", { sandbox: "allow-scripts" });',
  },
  {
    what: 'a frame without an origin that posts',
    script: 'return told(inner + "return read(chat, { method: \'POST\', body });", { sandbox: "allow-scripts" });',
    arrives: refusedPost,
  },
  {
    what: 'a form, GET',
    script: 'return send("GET", "", [["model", "llama3.2"]], { action: secret });',
    learns: null,
  },
  ...['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'].map((type) => ({
    what: `a form, POST of ${type}`,
    script: `return send('POST', '${type}', disguised);`,
    arrives: refusedPost,
    learns: null,
  })),
  {
    what: 'a form that hides where it comes from',
    script: 'return send("POST", "text/plain", disguised, { noReferrer: true });',
    arrives: refusedPost,
    learns: null,
  },
  {
    what: 'a link in a frame',
    script: `
      const frame = made('iframe', { name: 'answer' });
      const over = settled(frame);
      made('a', { href: secret, target: 'answer' }).click();
      await over;
      return frame.contentDocument;`,
    learns: null,
  },
  {
    what: 'what a link tells when it is followed',
    script: 'made("a", { href: "#here", ping: chat }).click();',
    arrives: refusedPost,
    learns: undefined,
  },
  {
    what: 'a window',
    script: 'const other = open(secret); return other === null ? "none" : "opened";',
    learns: 'opened',
  },
  {
    what: 'a window without an opener',
    script: 'made("a", { href: secret, target: "_blank", rel: "noopener noreferrer" }).click();',
    learns: undefined,
  },
  { what: 'leaving for it', script: 'setTimeout(() => { location.href = secret; });', learns: undefined },
  {
    what: 'being led to it',
    script: 'made("meta", { httpEquiv: "refresh", content: "0;url=" + secret }, document.head);',
    learns: undefined,
  },
  {
    what: 'a report of what breaks the page’s rules',
    script: `
      const frame = made('iframe', { src: '/?to=' + encodeURIComponent(chat) });
      await settled(frame);
      frame.contentDocument.body.append(Object.assign(frame.contentDocument.createElement('img'), { src: '/picture' }));`,
    arrives: refusedPost,
    learns: undefined,
  },
  { what: 'a redirect of fetch', script: 'return read(leads(302, secret));' },
  {
    what: 'a redirect of fetch that is not to read',
    script: 'return read(leads(302, secret), { mode: "no-cors" });',
    learns: opaque,
  },
  {
    what: 'a redirect of a POST',
    script: 'return read(leads(307, chat), { method: "POST", body });',
    arrives: refusedPost,
  },
  {
    what: 'a redirect of a POST of JSON',
    script: 'return read(leads(308, chat), { method: "POST", body, headers: { "content-type": "application/json" } });',
    arrives: refusedPreflight,
  },
  { what: 'a redirect of an image', script: 'return shown("img", { src: leads(302, secret) });' },
  {
    what: 'a redirect of a form',
    script: 'return send("POST", "text/plain", disguised, { action: leads(307, chat) });',
    arrives: refusedPost,
    learns: null,
  },
  {
    what: 'a redirect of a frame',
    script: `
      const frame = made('iframe', { src: leads(302, secret) });
      await settled(frame);
      return frame.contentDocument;`,
    learns: null,
  },
  {
    what: 'a redirect of the page itself',
    script: 'setTimeout(() => { location.href = leads(302, secret); });',
    learns: undefined,
  },
  {
    what: 'a redirect of EventSource',
    script:
      'const events = new EventSource(leads(302, secret)); return settled(events, "open").finally(() => events.close());',
  },
];
