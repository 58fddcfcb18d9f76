/** What a request needs of a model beside text. */
export interface Needs {
  readonly tools: boolean;
  readonly vision: boolean;
}

/** What a model can do beside text. */
export type Abilities = Needs;
