import { describe, expect, it } from 'vitest';
import { askModel } from '../../extension/ask/askModel.ts';
import { Conversation } from '../../extension/ask/conversation.ts';
import { matching, modelChoices } from '../../extension/ask/modelChoices.ts';
import type { ChatFailure, ChatProgress } from '../../extension/broker/chatContract.ts';
import type { BrokerSnapshot } from '../../extension/broker/contract.ts';
import { broker } from './broker.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

const ready = broker({
  connections: [
    connection('ollama', { name: 'Local Ollama', models: ['llama3.2:latest', 'qwen3:8b'] }),
    connection('cloud', { name: 'My provider', models: ['gpt', 'qwen3:8b'] }),
    connection('away', { name: 'Workstation', models: ['other'], state: 'unreachable' }),
  ],
});
const shown = (snapshot: BrokerSnapshot, conversation = new Conversation(), chosen = '') =>
  askModel(snapshot, conversation.turns, chosen, untranslated);
const said = (values: Partial<ChatProgress>): ChatProgress => ({
  ...{ text: '', thinks: false, finish: null, error: null, done: false },
  ...values,
});
const ended = { finish: 'stop', continuedBy: [], failure: null } as const;
const failure = (values: Partial<ChatFailure> = {}): ChatFailure => ({
  ...{ kind: 'refused', code: '', message: 'Local Ollama: connection refused' },
  ...values,
});

/** A conversation in which something was asked. */
function asked(): Conversation {
  const conversation = new Conversation();
  conversation.ask('Why?', 'gpt');
  return conversation;
}

/** One in which it was answered. */
function answered(): Conversation {
  const conversation = asked();
  conversation.answeredBy({ connection: 'cloud', attempts: 1 });
  conversation.progress(said({ text: 'Because.' }));
  conversation.end(ended);
  return conversation;
}

describe('the models to choose from', () => {
  it('are those of the connections that answer, each once', () => {
    expect(modelChoices(ready)).toEqual([
      { name: 'llama3.2:latest', connections: ['Local Ollama'] },
      { name: 'qwen3:8b', connections: ['Local Ollama', 'My provider'] },
      { name: 'gpt', connections: ['My provider'] },
    ]);
  });

  it('are none while the broker doesn’t run', () => {
    expect(modelChoices({ ...ready, presence: 'stopped' })).toEqual([]);
  });

  it.each([
    ['', ['llama3.2:latest', 'qwen3:8b', 'gpt']],
    ['QWEN', ['qwen3:8b']],
    ['provider', ['qwen3:8b', 'gpt']],
    ['local 8b', ['qwen3:8b']],
    ['none', []],
  ])('are found by “%s”', (words, names) => {
    expect(matching(modelChoices(ready), words).map(({ name }) => name)).toEqual(names);
  });

  it.each([
    ['gpt', 'gpt'],
    ['gone', 'llama3.2:latest'],
    ['', 'llama3.2:latest'],
  ])('with “%s” chosen last, %s is asked', (chosen, model) => {
    expect(shown(ready, undefined, chosen).model).toBe(model);
  });
});

describe('what keeps a person from asking', () => {
  const down = connection('ollama', { state: 'unreachable' });
  it.each<[string, BrokerSnapshot, string, string | undefined]>([
    ['a broker that isn’t installed', broker({ presence: 'absent' }), 'The broker isn’t installed', 'install'],
    ['a stopped broker', broker({ presence: 'stopped' }), 'The broker isn’t running', 'start'],
    ['one that starts', broker({ presence: 'starting' }), 'The broker is starting…', undefined],
    ['one that hangs', broker({ presence: 'silent' }), 'The broker doesn’t answer', undefined],
    ['no connections', broker({ connections: [] }), 'There are no connections', 'settings'],
    ['connections that don’t answer', broker({ connections: [down] }), 'No connection answers', 'settings'],
    ['servers without models', broker(), 'There are no models', 'settings'],
    ['a first look', broker({ connections: [down], state: 'connecting' }), 'Connecting…', undefined],
  ])('%s', (_name, snapshot, title, intent) => {
    const model = shown(snapshot);
    expect(model.notice?.title).toBe(title);
    expect(model.notice?.remedy?.intent).toBe(intent);
    expect(model.canAsk).toBe(false);
  });

  it('tells why the broker didn’t start', () => {
    const model = shown(broker({ presence: 'stopped', failure: { action: 'start', reason: 'no such file' } }));
    expect(model.notice?.text).toBe('It didn’t start: no such file');
  });

  it('is nothing where a model is there', () => {
    expect(shown(ready)).toMatchObject({ notice: null, canAsk: true, busy: false });
  });
});

describe('a turn of the conversation', () => {
  it('waits, thinks, answers and ends', () => {
    const conversation = asked();
    const turn = () => shown(ready, conversation).turns[0];
    expect(turn()).toMatchObject({ question: 'Why?', progress: 'Waiting for the model…', credit: '', ended: false });
    expect(shown(ready, conversation)).toMatchObject({ busy: true, canAsk: false });
    conversation.answeredBy({ connection: 'cloud', attempts: 2 });
    conversation.progress(said({ thinks: true }));
    expect(turn()).toMatchObject({ progress: 'Thinking…', credit: 'My provider · gpt' });
    conversation.progress(said({ text: 'Be' }));
    conversation.progress(said({ thinks: true, text: 'cause.' }));
    expect(turn()).toMatchObject({ progress: '', answer: 'Because.', ended: false });
    conversation.end(ended);
    expect(turn()).toMatchObject({ answer: 'Because.', note: '', problem: '', ended: true, canRetry: false });
    expect(shown(ready, conversation)).toMatchObject({ busy: false, canAsk: true });
  });

  it('tells who went on with the answer', () => {
    const conversation = asked();
    conversation.answeredBy({ connection: 'ollama', attempts: 1 });
    conversation.end({ ...ended, continuedBy: ['cloud'] });
    expect(shown(ready, conversation).turns[0]?.credit).toBe('Local Ollama, then My provider · gpt');
  });

  it.each([
    ['length', /cut off/],
    ['withheld', /withheld/],
  ] as const)('tells that it ended by %s', (finish, note) => {
    const conversation = asked();
    conversation.progress(said({ text: 'Be' }));
    conversation.end({ ...ended, finish });
    expect(shown(ready, conversation).turns[0]?.note).toMatch(note);
  });

  it('tells that nothing was said', () => {
    const conversation = asked();
    conversation.end(ended);
    expect(shown(ready, conversation).turns[0]?.note).toBe('The model gave no answer.');
  });

  it.each<[string, Partial<ChatFailure>, RegExp]>([
    ['unreached', { kind: 'unreached' }, /wasn’t reached/],
    ['a model that is gone', { code: 'not_found' }, /Choose another one/],
    ['a full context', { code: 'context_length_exceeded' }, /Begin a new one/],
    ['a rate limit', { code: 'rate_limit_exceeded' }, /Wait/],
    ['a refusal', { code: 'content_filter' }, /other words/],
    ['anything else', { code: 'api_error' }, /Try again/],
  ])('that failed says what to do: %s', (_name, values, note) => {
    const conversation = asked();
    conversation.end({ ...ended, failure: failure(values) });
    const turn = shown(ready, conversation).turns[0];
    expect(turn?.note).toMatch(note);
    expect(turn).toMatchObject({ problem: 'Local Ollama: connection refused', canRetry: true });
    expect(shown(broker({ presence: 'stopped' }), conversation).turns[0]?.canRetry).toBe(false);
  });

  it('that broke off keeps what had come', () => {
    const conversation = asked();
    conversation.progress(said({ text: 'Beca' }));
    conversation.end({ ...ended, failure: failure({ kind: 'brokenOff' }) });
    expect(shown(ready, conversation).turns[0]).toMatchObject({ answer: 'Beca' });
    expect(shown(ready, conversation).turns[0]?.note).toMatch(/broke off/);
  });

  it('can be stopped, once', () => {
    const conversation = asked();
    conversation.progress(said({ text: 'Be' }));
    conversation.stop();
    expect(shown(ready, conversation).turns[0]).toMatchObject({ answer: 'Be', note: 'Stopped', ended: true });
    const before = answered();
    before.stop();
    expect(before.turns[0]?.state).toBe('done');
  });
});

describe('what the model is told', () => {
  it('is the question alone at first', () => {
    expect(new Conversation().ask('Why?', 'gpt')).toEqual([{ role: 'user', content: 'Why?' }]);
  });

  it('is the whole conversation from then on', () => {
    expect(answered().ask('And?', 'gpt')).toEqual([
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'Because.' },
      { role: 'user', content: 'And?' },
    ]);
  });

  it('leaves out what was never answered', () => {
    const conversation = asked();
    conversation.end({ ...ended, failure: failure() });
    expect(conversation.ask('Hello?', 'gpt')).toEqual([{ role: 'user', content: 'Hello?' }]);
  });

  it('is the same question again when it is taken back', () => {
    const conversation = answered();
    conversation.ask('And?', 'gpt');
    conversation.end({ ...ended, failure: failure() });
    expect(conversation.ask(conversation.takeBack(), 'gpt').at(-1)?.content).toBe('And?');
    expect(conversation.turns.map(({ question }) => question)).toEqual(['Why?', 'And?']);
  });

  it('is nothing of a conversation that was ended', () => {
    const conversation = answered();
    conversation.clear();
    expect(conversation.ask('New?', 'gpt')).toHaveLength(1);
    expect(conversation.turns[0]?.number).toBe(2);
  });
});
