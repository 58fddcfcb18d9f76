import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import { isCancelled, reasonOf } from './bus.js';
import type { ChatEnd, ChatFailure, ChatMessage, ChatOrigin, ChatProgress, Finish } from './chatContract.js';
import { ChatStream, errorIn } from './chatStream.js';
import { BrokenReply, HttpReply, joined } from './httpReply.js';

/** Is told how an answer comes about: `origin` once, `progress` now and then, `end` once and last. */
export interface ChatListener {
  readonly origin: (origin: ChatOrigin) => void;
  readonly progress: (progress: ChatProgress) => void;
  readonly end: (end: ChatEnd) => void;
}

/**
 * Milliseconds between two reads. What comes meanwhile waits in the kernel and is read at once: whoever listens is
 * woken up ten times a second, however many tokens a second there are.
 */
const PACE = 100;

/** Bytes that are read at a time at most, so that no read takes long. The broker waits if more come. */
const PORTION = 16_384;

/**
 * A question to the broker, and the answer as it comes, over the broker's own socket. Everything is done when the
 * process has nothing more urgent to do. Ends by itself, or by {@link cancel}.
 */
export class Chat {
  readonly #listener: ChatListener;
  readonly #cancellable = new Gio.Cancellable();
  readonly #reply = new HttpReply();
  readonly #stream = new ChatStream();
  #refusal: Uint8Array[] = [];
  #finish: Finish | null = null;
  #failure: ChatFailure | null = null;
  #done = false;
  /** The pause between two reads: its source, and what ends it. */
  #timer = 0;
  #resume: () => void = () => undefined;

  /**
   * Asks.
   *
   * @param address - the broker's address for applications, which serves where it has no socket of its own
   * @param model - the name of the model
   * @param messages - the conversation so far, the question last
   * @param listener - is told what comes of it
   */
  constructor(address: string, model: string, messages: readonly ChatMessage[], listener: ChatListener) {
    this.#listener = listener;
    this.#run(address, JSON.stringify({ model, messages, stream: true }))
      .then(() => {
        this.#end();
      })
      .catch((error: unknown) => {
        if (isCancelled(error)) return;
        const kind = this.#reply.begun || error instanceof BrokenReply ? 'brokenOff' : 'unreached';
        this.#failure ??= { kind, code: '', message: reasonOf(error) };
        this.#end();
      });
  }

  /** Wants no more of it, and is told no more. */
  cancel(): void {
    this.#cancellable.cancel();
    if (this.#timer > 0) GLib.source_remove(this.#timer);
    this.#timer = 0;
    // The next read finds that it isn't wanted any more, and the connection is closed.
    this.#resume();
  }

  async #run(address: string, body: string): Promise<void> {
    const connection = await connected(address, this.#cancellable);
    try {
      await written(connection, request(body), this.#cancellable);
      await this.#read(connection.get_input_stream());
    } finally {
      // The broker notices that, and ends its own request.
      connection.close_async(GLib.PRIORITY_DEFAULT_IDLE, null, (_source, result) => connection.close_finish(result));
    }
  }

  async #read(input: Gio.InputStream): Promise<void> {
    for (;;) {
      // One piece comes after the other.
      // eslint-disable-next-line no-await-in-loop
      const bytes = await readFrom(input, this.#cancellable);
      if (bytes.length === 0) this.#reply.end();
      else this.#take(bytes);
      // What follows [DONE] is a trailer, which comes with it or hardly later.
      if (this.#reply.whole) return;
      // eslint-disable-next-line no-await-in-loop
      await this.#pause();
    }
  }

  #take(bytes: Uint8Array): void {
    const { begun } = this.#reply;
    const body = this.#reply.push(bytes);
    if (!begun && this.#reply.begun) this.#begin();
    if (this.#reply.status !== 200) {
      this.#refusal.push(body);
      return;
    }
    const progress = this.#stream.push(body);
    this.#finish ??= progress.finish;
    this.#done ||= progress.done;
    if (progress.error !== null) this.#failure ??= { kind: 'brokenOff', ...progress.error };
    if (progress.text !== '' || progress.thinks) this.#listener.progress(progress);
  }

  #begin(): void {
    const connection = this.#reply.header('x-cloudtolocalllm-connection');
    const attempts = Number(this.#reply.header('x-cloudtolocalllm-attempts')) || 1;
    if (connection !== '') this.#listener.origin({ connection, attempts });
  }

  #end(): void {
    if (this.#reply.begun && this.#reply.status !== 200) {
      const said = errorIn(joined(this.#refusal)) ?? { code: '', message: `HTTP ${this.#reply.status}` };
      this.#failure = { kind: 'refused', ...said };
    } else if (!this.#done && this.#finish === null) {
      this.#failure ??= { kind: 'brokenOff', code: '', message: '' };
    }
    const continued = this.#reply.header('x-cloudtolocalllm-continued');
    this.#listener.end({
      finish: this.#finish ?? 'stop',
      continuedBy: continued.split(/[, ]+/).filter(Boolean),
      failure: this.#failure,
    });
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
      this.#timer = GLib.timeout_add(GLib.PRIORITY_DEFAULT_IDLE, PACE, () => {
        this.#timer = 0;
        resolve();
        return GLib.SOURCE_REMOVE;
      });
    });
  }
}

function request(body: string): Uint8Array {
  const content = new TextEncoder().encode(body);
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${content.length}`,
    'Connection: close',
  ];
  return joined([new TextEncoder().encode(`${head.join('\r\n')}\r\n\r\n`), content]);
}

/** Connects to the broker's own socket, or to its address for applications where there is none. */
async function connected(address: string, cancellable: Gio.Cancellable): Promise<Gio.SocketConnection> {
  const path = GLib.build_filenamev([GLib.get_user_runtime_dir(), 'cloudtolocalllm', 'broker.sock']);
  try {
    return await connectedTo(Gio.UnixSocketAddress.new(path), cancellable);
  } catch (error) {
    const [, host] = /^http:\/\/([^/]+)/.exec(address) ?? [];
    if (isCancelled(error) || host === undefined) throw error;
    return connectedTo(Gio.NetworkAddress.parse(host, 11435), cancellable);
  }
}

function connectedTo(to: Gio.SocketConnectable, cancellable: Gio.Cancellable): Promise<Gio.SocketConnection> {
  // A proxy of the session has no business between the two.
  const client = new Gio.SocketClient({ enable_proxy: false });
  return new Promise((resolve, reject) => {
    client.connect_async(to, cancellable, (_source, result) => {
      try {
        resolve(client.connect_finish(result));
      } catch (error) {
        reject(error);
      }
    });
  });
}

function written(connection: Gio.SocketConnection, bytes: Uint8Array, cancellable: Gio.Cancellable): Promise<void> {
  const output = connection.get_output_stream();
  const source = Gio.MemoryInputStream.new_from_bytes(new GLib.Bytes(bytes));
  const { NONE } = Gio.OutputStreamSpliceFlags;
  return new Promise((resolve, reject) => {
    output.splice_async(source, NONE, GLib.PRIORITY_DEFAULT_IDLE, cancellable, (_source, result) => {
      try {
        output.splice_finish(result);
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}

function readFrom(input: Gio.InputStream, cancellable: Gio.Cancellable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    input.read_bytes_async(PORTION, GLib.PRIORITY_DEFAULT_IDLE, cancellable, (_source, result) => {
      try {
        resolve(input.read_bytes_finish(result).toArray());
      } catch (error) {
        reject(error);
      }
    });
  });
}
