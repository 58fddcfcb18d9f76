import type { BrokerSnapshot } from '../broker/contract.js';
import type { Translator } from '../broker/translator.js';
import { credentialsFacts } from './credentials.js';
import { backNotice, type Failover, FAILOVER, failoverFact, failoverOf } from './failover.js';
import type { NoticeKind, ShownNotice } from './notice.js';
import { Pulls } from './pulls.js';
import { type Fact, Settling } from './settling.js';
import { mismatch, versionsNotice } from './versions.js';

/** Seconds after which it is no news any more that the own server is back. */
export const BACK = 30;

/** What else decides over notifications, at one moment. */
export interface Circumstances {
  /** Seconds of a clock that never goes back. */
  readonly now: number;
  /** Whether the person sees the state of all in the open menu. */
  readonly watched: boolean;
  /** Which kinds of notifications are turned on. */
  readonly wanted: Readonly<Record<Exclude<NoticeKind, 'versions'>, boolean>>;
  /** The versions that were told of before, as the last look gave them. */
  readonly toldVersions: string;
}

/** What to show from now on. */
export interface Look {
  readonly notices: readonly ShownNotice[];
  /** The versions that have been told of by now. */
  readonly toldVersions: string;
  /** When to look again though nothing changes, in seconds of the same clock; null if there is no need. */
  readonly next: number | null;
}

/** Makes notifications of what is seen of the service: few, and each only while it is true. */
export class NotificationsModel {
  readonly #version: string;
  readonly #translator: Translator;
  readonly #settling = new Settling();
  readonly #pulls = new Pulls();
  readonly #answered = new Set<string>();
  /** Ids of the connections that were looked at: true while they are refused as they were at the first look. */
  readonly #refused = new Map<string, boolean>();
  #failover: Failover | null = null;
  #back: { readonly failover: Failover; readonly until: number } | null = null;
  #versions = { broker: '', dismissed: false };

  /**
   * @param version - the extension's version
   * @param translator - turns words into the user's language
   */
  constructor(version: string, translator: Translator) {
    this.#version = version;
    this.#translator = translator;
  }

  /** Takes over what is so now, and tells what is to be shown. */
  observe(broker: BrokerSnapshot, { now, watched, wanted, toldVersions }: Circumstances): Look {
    // One that doesn't answer at the moment may do so with nothing changed; what was told of it stays.
    if (broker.presence === 'silent' || broker.presence === 'unknown') return this.#look(null, toldVersions);
    const running = broker.presence === 'running';
    if (running) this.#remember(broker);

    const facts: Fact[] = [];
    const failover = running && wanted.failover ? failoverOf(broker, this.#answered) : null;
    if (failover) facts.push(failoverFact(failover, this.#translator));
    if (running && wanted.credentials) {
      const [answered, refusedFromTheStart] = [this.#answered, this.#refusedFromTheStart()];
      facts.push(...credentialsFacts(broker, { answered, refusedFromTheStart }, this.#translator));
    }
    this.#followReturn(broker, failover, now, watched || !wanted.failover || !running);
    const next = this.#settling.observe(facts, now, watched);

    if (running) this.#pulls.observe(broker, watched, this.#translator);
    else this.#pulls.forget();
    if (!wanted.pulls) this.#pulls.dismissAll();

    const told = this.#compareVersions(running ? broker.version : '', toldVersions);
    const until = this.#back?.until ?? null;
    return this.#look(next === null || until === null ? (next ?? until) : Math.min(next, until), told);
  }

  /** The person put a notification away: it isn't shown again while nothing changes. */
  dismiss(key: string): void {
    this.#settling.dismiss(key);
    this.#pulls.dismiss(key);
    if (key === 'back') this.#back = null;
    if (key.startsWith('versions/')) this.#versions.dismissed = true;
  }

  #look(next: number | null, toldVersions: string): Look {
    const once = { quiet: false, passing: false };
    const { broker, dismissed } = this.#versions;
    const notices = [
      ...this.#settling.notices,
      ...(this.#back ? [{ ...backNotice(this.#back.failover, this.#translator), quiet: false, passing: true }] : []),
      ...this.#pulls.notices,
      ...(broker && !dismissed ? [{ ...versionsNotice(broker, this.#version, this.#translator), ...once }] : []),
    ];
    return { notices, toldVersions, next };
  }

  #remember({ connections }: BrokerSnapshot): void {
    for (const { id, state } of connections) {
      if (state === 'connected') this.#answered.add(id);
      if (state === 'connecting') this.#refused.set(id, this.#refused.get(id) ?? false);
      else this.#refused.set(id, state === 'refused' && (this.#refused.get(id) ?? true));
    }
    const ids = new Set(connections.map(({ id }) => id));
    for (const id of this.#refused.keys()) if (!ids.has(id)) this.#refused.delete(id);
    for (const id of this.#answered) if (!ids.has(id)) this.#answered.delete(id);
  }

  #refusedFromTheStart(): Set<string> {
    return new Set([...this.#refused].flatMap(([id, refused]) => (refused ? [id] : [])));
  }

  /** Who was told of the provider is told when the own server has taken over again. */
  #followReturn(broker: BrokerSnapshot, failover: Failover | null, now: number, silent: boolean): void {
    const ended = this.#failover;
    this.#failover = failover;
    if (failover || silent || (this.#back && now >= this.#back.until)) this.#back = null;
    if (failover || silent || !ended || !this.#settling.hasBanner(FAILOVER)) return;
    const serves = broker.connections.some(({ path, id }) => path === broker.activeConnection && id === ended.lost.id);
    if (serves) this.#back = { failover: ended, until: now + BACK };
  }

  #compareVersions(broker: string, told: string): string {
    // It was said once, and what mends it is to be read, too, while there is no service.
    if (broker === '') return told;
    const pair = mismatch(broker, this.#version);
    if (pair !== mismatch(this.#versions.broker, this.#version)) {
      this.#versions = { broker: pair && pair !== told ? broker : '', dismissed: false };
    }
    return this.#versions.broker ? pair : told;
  }
}
