import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OllamaStandIn } from '../upstreams/ollama.ts';
import { OpenaiStandIn } from '../upstreams/openai.ts';
import { Ask } from './lab/ask.ts';
import { Broker } from './lab/broker.ts';
import { useDesktop } from './lab/desktop.ts';
import { type Frames, watchFrames } from './lab/frames.ts';
import { Keyboard } from './lab/keyboard.ts';
import { Settings } from './lab/settings.ts';
import { until, untilIt } from './lab/wait.ts';

const desktop = useDesktop();
const local = new OpenaiStandIn();
const cloud = new OpenaiStandIn();
const ollama = new OllamaStandIn();
let ask: Ask, broker: Broker, settings: Settings, keyboard: Keyboard;

/** What a model writes, a few characters at a time. */
const pieces = (text: string): string[] => text.match(/[\s\S]{1,6}/gu) ?? [];

const guide = `# Listening on a port

A server takes **three** steps, and \`socket()\` is the first:

1. make a socket
2. bind it to an *address*
3. listen
   - with a backlog

\`\`\`python
import socket

server = socket.create_server(("127.0.0.1", 8080))
while True:
    connection, _ = server.accept()
    connection.sendall(b"<b>hello</b> & bye")
\`\`\`

Ask again if <i>anything</i> is unclear & strange.`;

beforeAll(async () => {
  ask = new Ask(desktop.shell);
  broker = new Broker(desktop.machine);
  settings = new Settings(desktop.machine);
  keyboard = new Keyboard(desktop.shell);
  local.models = ['chatty', 'qwen3:8b'];
  cloud.models = ['chatty', 'vendor/large'];
  ollama.models = Array.from({ length: 180 }, (_, index) => `many-${String(index)}:latest`);
  await Promise.all([local.start(), cloud.start(), ollama.start()]);
  await settings.setConnections([
    { id: 'local', name: 'Workshop', kind: 'openai', url: `${local.origin}/v1` },
    { id: 'cloud', name: 'My provider', kind: 'openai', url: `${cloud.origin}/v1`, place: 'cloud' },
    { id: 'ollama', name: 'Ollama', kind: 'ollama', url: ollama.origin },
  ]);
  await untilIt(
    'all connections',
    () => broker.property<string>('State'),
    (state) => state === 'connected',
  );
});
afterAll(async () => {
  await Promise.all([local.stop(), cloud.stop(), ollama.stop()]);
});
beforeEach(() => {
  local.fault = cloud.fault = undefined;
  local.pace = 0;
  local.texts = ['Hello', ' from', ' the', ' workshop', '.'];
  local.received.length = 0;
});

/** What a request for an answer told the model. */
const told = (server: OpenaiStandIn): unknown => server.received.at(-1)?.body.messages;
/** The things of the dialog with this name. */
const named = async (name: string) => (await ask.things()).filter((thing) => thing.name === name);

describe('asking from the desktop', () => {
  it('has no shortcut unless one is chosen, and opens by it with the cursor in the field', async () => {
    await keyboard.press('/', 'Super');
    await desktop.shell.drawn();
    expect(await ask.isOpen()).toBe(false);
    await settings.set('ask-shortcut', "['<Super>slash']");
    // The setting has its way to the shell.
    await until('the shortcut to open the dialog', async () => {
      await keyboard.press('/', 'Super');
      return ask.isOpen();
    });
    const focused = (await ask.things()).filter((thing) => thing.focused);
    expect(focused).toMatchObject([{ name: 'Your Question', role: 'text' }]);
    await desktop.shell.picture('ask-empty');
  });

  it('shows the answer as it comes, who gave it, and what Markdown means', async () => {
    local.texts = pieces(guide);
    local.pace = 5;
    await ask.ask('How do I listen on a port?');
    await ask.reads('three steps');
    expect((await named('Stop')).length).toBe(1);
    const text = await ask.reads('unclear & strange');
    expect(text).toContain('How do I listen on a port?');
    expect(text).toContain('A server takes three steps, and socket() is the first:');
    expect(text).toContain('    connection.sendall(b"<b>hello</b> & bye")');
    expect(text).toContain('<i>anything</i>');
    await ask.reads('Workshop · chatty');
    await desktop.shell.picture('ask-answer');
  });

  it('copies answers and code by their buttons', async () => {
    await ask.press('Copy This Answer');
    await untilIt(
      'the answer on the clipboard',
      () => ask.clipboard(),
      (text) => text === guide,
    );
    await ask.press('Copy This Code');
    await untilIt(
      'the code on the clipboard',
      () => ask.clipboard(),
      (text) => text.startsWith('import socket\n\n'),
    );
  });

  it('lets the mouse select over several paragraphs, and the keyboard copy that', async () => {
    await ask.draw('bind it', 'with a backlog');
    await desktop.shell.picture('ask-selected');
    await keyboard.press('c', 'Control');
    await untilIt(
      'the selection on the clipboard',
      () => ask.clipboard(),
      (text) => text === '2. bind it to an address\n3. listen\n  • with a backlog',
    );
    await keyboard.press('a', 'Control');
    await keyboard.press('c', 'Control');
    await untilIt(
      'all on the clipboard',
      () => ask.clipboard(),
      (text) => text.startsWith('How do I listen') && text.endsWith('unclear & strange.'),
    );
  });

  it('goes on with the conversation, which the model is told as a whole', async () => {
    await keyboard.press('Escape');
    await until('the dialog to close', async () => !(await ask.isOpen()));
    await ask.open();
    await ask.reads('unclear & strange');
    await ask.ask('and now?');
    await ask.reads('Hello from the workshop.');
    expect(told(local)).toEqual([
      { role: 'user', content: 'How do I listen on a port?' },
      { role: 'assistant', content: guide },
      { role: 'user', content: 'and now?' },
    ]);
    await ask.renew();
    expect(await ask.text()).not.toContain('Hello from the workshop.');
    await ask.ask('a fresh one');
    await ask.reads('Hello from the workshop.');
    expect(told(local)).toEqual([{ role: 'user', content: 'a fresh one' }]);
  });

  it('stops at the press of a button, and by closing', async () => {
    await ask.renew();
    local.texts = Array.from({ length: 4000 }, (_, index) => `${String(index)} `);
    local.pace = 10;
    await ask.ask('count');
    await ask.reads('5 6 7');
    const first = local.received.at(-1);
    await ask.press('Stop');
    await ask.reads('Stopped');
    expect(await first?.closed).toBe(true);

    await ask.ask('again');
    await until('an answer', async () => (await ask.text()).match(/5 6 7/g)?.length === 2);
    const second = local.received.at(-1);
    await ask.close();
    expect(await second?.closed).toBe(true);
    await ask.open();
    expect((await ask.text()).match(/Stopped/g)).toHaveLength(2);
    await ask.renew();
  });

  it('breaks lines with Shift and Enter', async () => {
    await keyboard.type('one');
    await keyboard.press('Return', 'Shift');
    await ask.ask('two');
    await ask.reads('Hello from the workshop.');
    expect(told(local)).toEqual([{ role: 'user', content: 'one\ntwo' }]);
    await ask.renew();
  });

  it('tells of thinking without showing it', async () => {
    const thought = { choices: [{ index: 0, delta: { reasoning_content: 'hm' }, finish_reason: null }] };
    local.fault = { after: 1, piece: `data: ${JSON.stringify(thought)}\n\n`, then: 'goes on' };
    local.pace = 700;
    await ask.ask('think');
    await ask.reads('Thinking…');
    await desktop.shell.picture('ask-thinking');
    expect(await ask.reads('Hello from the workshop.')).not.toContain('hm');
    await ask.renew();
  });

  it('names the connection that stood in', async () => {
    local.fault = { status: 503, body: { error: { message: 'overloaded' } } };
    await ask.ask('who is there?');
    await ask.reads('Hello from the cloud.');
    await ask.reads('My provider · chatty');
    await ask.renew();
  });

  it('keeps what had come when the answer breaks off, says so, and asks again', async () => {
    // So that nobody else goes on with it.
    await takeRoute('local');
    local.fault = { cutAfter: 3 };
    await ask.ask('break');
    await ask.reads('The answer broke off');
    expect(await ask.text()).toContain('Hello from');
    await desktop.shell.picture('ask-broken');
    local.fault = undefined;
    await ask.press('Try Again');
    await ask.reads('Hello from the workshop.');
    expect(told(local)).toEqual([{ role: 'user', content: 'break' }]);
    await takeRoute('automatic');
    await ask.renew();
  });

  it('finds one of many models by a part of its name, and remembers it', async () => {
    await ask.press('Model: chatty');
    await ask.reads('more. Type a part of a name.');
    await desktop.shell.picture('ask-models');
    await keyboard.type('vendor');
    await untilIt(
      'the one',
      () => ask.text(),
      (text) => text.includes('vendor/large') && !text.includes('many-1'),
    );
    await keyboard.press('Return');
    await ask.ask('you?');
    await ask.reads('My provider · vendor/large');
    expect(await settings.get('ask-model')).toBe("'vendor/large'");
    await settings.set('ask-model', "''");
    await ask.renew();
  });

  it('says that the broker isn’t running, and starts it', async () => {
    await broker.systemctl('stop');
    await ask.reads('The broker isn’t running');
    await desktop.shell.picture('ask-stopped');
    await ask.press('Start the Broker');
    await until('a model to ask', async () => (await named('Model: chatty')).length === 1);
    await ask.press('Your Question');
    await ask.ask('back?');
    await ask.reads('Hello from the workshop.');
  });

  it('looks well in the dark, in high contrast, from right to left and in large letters', async () => {
    await ask.renew();
    local.texts = pieces(guide);
    await ask.ask('How do I listen on a port?');
    await ask.reads('unclear & strange');
    const style = (key: string, value: string) =>
      desktop.machine.asUser(['gsettings', 'set', 'org.gnome.desktop.interface', key, value]);
    const contrast = (value: string) =>
      desktop.machine.asUser(['gsettings', 'set', 'org.gnome.desktop.a11y.interface', 'high-contrast', value]);
    await style('color-scheme', 'prefer-light');
    await desktop.shell.picture('ask-light');
    await style('color-scheme', 'prefer-dark');
    await desktop.shell.picture('ask-dark');
    await style('color-scheme', 'default');
    await contrast('true');
    await desktop.shell.picture('ask-contrast');
    await contrast('false');
    await style('text-scaling-factor', '2.0');
    await ask.close();
    await ask.open();
    await desktop.shell.picture('ask-large');
    await style('text-scaling-factor', '1.0');
    await ask.turn('RTL');
    await desktop.shell.picture('ask-right-to-left');
    await ask.turn('LTR');
    await ask.close();
  });
});

it('streams a hundred tokens a second beside the frames', async () => {
  await settings.set('ask-model', "'chatty'");
  await ask.open();
  if ((await named('New Conversation')).length > 0) await ask.renew();
  local.texts = Array.from({ length: 1100 }, (_, index) =>
    index % 60 === 59 ? 'end.\n\n' : `word${String(index % 7)} `,
  );
  local.pace = 8;
  const before = await watchFrames(desktop.shell, 8);
  await ask.ask('write much');
  await ask.reads('word');
  const during = await watchFrames(desktop.shell, 8);
  report(before, during);
  expect(await ask.text()).toContain('end.');
  await desktop.shell.picture('ask-long');
  await ask.close();
});

/** Lets only these connections serve, and waits until the broker does so. */
async function takeRoute(route: string): Promise<void> {
  await settings.set('route', `'${route}'`);
  await untilIt(
    'the broker to take the route',
    () => broker.property<string>('Route'),
    (taken) => taken === route,
  );
}

/** Prints what was measured: frames with the dialog at rest, and while it is streamed to. */
function report(before: Frames, during: Frames): void {
  for (const [name, { rate, late, longestGap, layout, update, blocked, processor }] of Object.entries({
    before,
    during,
  })) {
    const times = ({ mean, p99, worst }: Frames['update']) =>
      [mean, p99, worst].map((each) => each.toFixed(1)).join('/');
    console.log(
      `${name}: ${rate.toFixed(1)} frames/s, ${late.toFixed(1)} % late, longest gap ${longestGap.toFixed(0)} ms, ` +
        `layout ${times(layout)} ms, frame ${times(update)} ms, loop blocked ${times(blocked)} ms, ${processor.toFixed(0)} ms/s of processor`,
    );
  }
}
