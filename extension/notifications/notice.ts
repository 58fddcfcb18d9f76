/** What a notification is about; each but `versions`, which is said once, can be turned off. */
export type NoticeKind = 'failover' | 'credentials' | 'pulls' | 'versions';

/** What a notification’s button does about what it tells. */
export type NoticeIntent =
  | { readonly act: 'test' | 'signIn' | 'setToken'; readonly connection: string }
  | { readonly act: 'pull'; readonly connection: string; readonly model: string }
  | { readonly act: 'unlock' | 'restart' };

/** One notification, as plain data. */
export interface Notice {
  /** Tells it from all others. A notice is shown once for as long as its key is there, whatever else of it changes. */
  readonly key: string;
  readonly kind: NoticeKind;
  readonly title: string;
  readonly body: string;
  readonly action: { readonly label: string; readonly intent: NoticeIntent } | null;
}

/** A notice, and how it is to be shown. */
export interface ShownNotice extends Notice {
  /** Whether it goes to the list of notifications without a banner. */
  readonly quiet: boolean;
  /** Whether it isn’t kept in that list once it has been seen. */
  readonly passing: boolean;
}
