/** The names under which applications ask for models, and what these are called at a connection. */
export type ModelMap = Readonly<Record<string, string>>;

/** One name of a map. */
export interface ModelName {
  readonly asked: string;
  readonly model: string;
}

/** The names of a map in the order of the alphabet. */
export function namesOf(map: ModelMap): ModelName[] {
  return Object.entries(map)
    .map(([asked, model]) => ({ asked, model }))
    .sort((one, other) => one.asked.localeCompare(other.asked));
}

/** What keeps a name out of a map. */
export type NameProblem = 'noName' | 'noModel' | 'doubled';

/**
 * Looks at a name that is to be in a map.
 *
 * @param before - the name in whose place it comes, null if it is new
 * @returns what is wrong with it, null when nothing is
 */
export function nameProblem(map: ModelMap, before: string | null, { asked, model }: ModelName): NameProblem | null {
  if (asked === '') return 'noName';
  if (asked !== before && Object.hasOwn(map, asked)) return 'doubled';
  return model === '' ? 'noModel' : null;
}

/** The map with a name, in the place of another one or beside the others. */
export function withName(map: ModelMap, before: string | null, { asked, model }: ModelName): ModelMap {
  return { ...(before === null ? map : withoutName(map, before)), [asked]: model };
}

/** The map without a name. */
export function withoutName(map: ModelMap, asked: string): ModelMap {
  return Object.fromEntries(Object.entries(map).filter(([name]) => name !== asked));
}

/** The models that a person may mean who has typed this much; all of them before that, and after a choice. */
export function modelsLike(models: readonly string[], typed: string): string[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => words.every((word) => model.toLowerCase().includes(word)));
}
