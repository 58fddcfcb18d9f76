/** A key's value as JSON has it. */
export type Plain = boolean | number | string | readonly string[] | Readonly<Record<string, string>>;

/** Values by the names of their keys. */
export type Values = Readonly<Record<string, Plain>>;

/** What a key of a settings schema holds. */
export interface KeyShape {
  readonly name: string;
  /** As GVariant writes types. */
  readonly type: 'b' | 'i' | 'u' | 's' | 'as' | 'a{ss}';
  /** The only values of an enumeration. */
  readonly choices?: readonly string[];
  /** The smallest and the largest value. */
  readonly range?: readonly [number, number];
}

/** What a settings file may hold. */
export interface Shapes {
  readonly settings: readonly KeyShape[];
  /** Of each connection, beside its id. */
  readonly connection: readonly KeyShape[];
}

/** A connection in a settings file. */
export interface SavedConnection {
  readonly id: string;
  readonly values: Values;
}

/** All settings at one moment. */
export interface SavedSettings {
  readonly settings: Values;
  /** In order of preference. */
  readonly connections: readonly SavedConnection[];
}

/** The one form of the file that there is up to now. */
export const FORMAT = 1;

/** Keys that aren't a person's choice, or that the file has in another way. */
export const LEFT_OUT: readonly string[] = [
  'connections',
  'ask-model',
  'told-versions',
  'preferences-page',
  'offer-takeover',
];
