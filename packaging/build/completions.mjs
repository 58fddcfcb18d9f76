/**
 * What the shells complete, from the commands of --help: words, options, and for what is to be filled in what it can be.
 * @param {ReturnType<import('./help.mjs').parseHelp>} help
 * @returns {{ bash: string, zsh: string, fish: string }} a file for each shell
 */
export function completions({ commands }) {
  const steps = stepsOf(commands);
  return { bash: bash(steps), zsh: zsh(steps), fish: fish(steps) };
}

/** What an argument or an option's value can be: a shell's function that lists it, or files. */
const kinds = { ID: 'ids', ROUTE: 'routes', MODEL: 'models', FILE: 'files', PATH: 'files' };

/** Each begun command line (`''`, `token`, `token set`), and what can come next. */
function stepsOf(commands) {
  const steps = new Map();
  const step = (begun) => {
    if (!steps.has(begun)) steps.set(begun, { begun, words: new Map(), options: [] });
    return steps.get(begun);
  };
  for (const { words, options, argument, text } of commands) {
    words.forEach((word, depth) => {
      const known = step(words.slice(0, depth).join(' ')).words;
      // A word that begins several commands is told by the first.
      if (!known.has(word)) known.set(word, text);
    });
    Object.assign(step(words.join(' ')), { options, kind: kinds[argument] });
  }
  Object.assign(step(''), {
    options: [
      { name: '--help', text: '' },
      { name: '--version', text: '' },
    ],
  });
  return [...steps.values()];
}

/** The commands' words that are typed so far: options and their values aren't among them. */
const valued = (steps) => [
  ...new Map(
    steps.flatMap(({ options }) => options.filter(({ value }) => value)).map((each) => [each.name, each]),
  ).values(),
];

/** An option as it can be typed, as a pattern of `case`. */
const spellings = ({ name, short }) => (short ? `${short}|${name}` : name);

/** Functions that list what there is; each is quick, and says nothing where there is nothing. In a POSIX shell's words. */
const lists = `_cloudtolocalllm_ids() {
  gsettings get org.gnome.shell.extensions.cloudtolocalllm connections 2>/dev/null | grep -o "'[^']*'" | tr -d "'"
}
_cloudtolocalllm_routes() {
  printf '%s\\n' automatic local cloud
  _cloudtolocalllm_ids
}
_cloudtolocalllm_models() {
  cloudtolocalllm models 2>/dev/null
}
`;

function bash(steps) {
  const cases = steps.map(({ begun, words, options, kind }) => {
    const plain = [...words.keys(), ...options.map(({ name }) => name)];
    return `    '${begun}') ${offered(plain, kind)} ;;`;
  });
  const values = valued(steps).map((each) => `    ${spellings(each)}) ${offered([], kinds[each.value])} return ;;`);
  return `# bash completion for cloudtolocalllm
${lists}
_cloudtolocalllm() {
  local cur prev words cword begun='' word
  # Names of models have colons in them, at which bash would part them.
  _get_comp_words_by_ref -n : cur prev words cword
  COMPREPLY=()
  case "$prev" in
${values.join('\n')}
  esac
  for word in "\${words[@]:1:cword-1}"; do
    case "$begun\${begun:+ }$word" in
      ${steps
        .filter(({ begun }) => begun)
        .map(({ begun }) => `'${begun}'`)
        .join('|')}) begun="$begun\${begun:+ }$word" ;;
    esac
  done
  case "$begun" in
${cases.join('\n')}
  esac
  __ltrim_colon_completions "$cur"
}
complete -F _cloudtolocalllm cloudtolocalllm
`;
}

/** The commands that have bash offer these words, and what is to be filled in. */
function offered(plain, kind) {
  const listed = kind && kind !== 'files' ? [...plain, `$(_cloudtolocalllm_${kind})`] : plain;
  return [
    ...(listed.length ? [`mapfile -t COMPREPLY < <(compgen -W "${listed.join(' ')}" -- "$cur");`] : []),
    ...(kind === 'files'
      ? ['compopt -o filenames; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur");']
      : []),
  ].join(' ');
}

function zsh(steps) {
  const quoted = (text) => `'${text.replaceAll("'", '’').replaceAll(':', '\\:')}'`;
  const cases = steps.map(({ begun, words, options, kind }) => {
    const told = [...words].map(([word, text]) => quoted(word).slice(0, -1) + `:${quoted(text).slice(1)}`);
    const flags = options.map(({ name, text }) => quoted(name).slice(0, -1) + `:${quoted(text).slice(1)}`);
    return [
      `    '${begun}')`,
      ...(told.length ? [`      offered=(${told.join(' ')})`, `      _describe command offered`] : []),
      ...(flags.length ? [`      offered=(${flags.join(' ')})`, `      _describe -o option offered`] : []),
      ...(kind === 'files' ? ['      _files'] : kind ? [`      compadd -- \${=$(_cloudtolocalllm_${kind})}`] : []),
      `      ;;`,
    ].join('\n');
  });
  const values = valued(steps).map((each) => {
    const kind = kinds[each.value];
    const how =
      kind === 'files' ? '_files' : kind ? `compadd -- \${=$(_cloudtolocalllm_${kind})}` : `_message ${each.value}`;
    return `    ${spellings(each)}) ${how}; return ;;`;
  });
  return `#compdef cloudtolocalllm
${lists}
_cloudtolocalllm() {
  local begun='' word
  local -a offered
  case "\${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$begun\${begun:+ }$word" in
      ${steps
        .filter(({ begun }) => begun)
        .map(({ begun }) => `${begun.replaceAll(' ', '\\ ')}`)
        .join('|')}) begun="$begun\${begun:+ }$word" ;;
    esac
  done
  case "$begun" in
${cases.join('\n')}
  esac
}

_cloudtolocalllm "$@"
`;
}

function fish(steps) {
  const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = steps.flatMap(({ begun, words, options, kind }) => {
    const at = `complete -c cloudtolocalllm -n ${quoted(`__cloudtolocalllm_at '${begun}'`)}`;
    return [
      ...[...words].map(([word, text]) => `${at} -a ${word} -d ${quoted(text)}`),
      ...options.map(({ name, short, value, text }) => {
        const long = name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`;
        const spelt = short ? `-s ${short.slice(1)} ${long}` : long;
        const of = kinds[value];
        const list = of === 'files' ? ' -r -F' : of ? ` -x -a '(__cloudtolocalllm_${of})'` : value ? ' -x' : '';
        return `${at} ${spelt}${list}${text ? ` -d ${quoted(text)}` : ''}`;
      }),
      ...(kind === 'files' ? [`${at} -F`] : kind ? [`${at} -a '(__cloudtolocalllm_${kind})'`] : []),
    ];
  });
  return `# fish completion for cloudtolocalllm
function __cloudtolocalllm_ids
    gsettings get org.gnome.shell.extensions.cloudtolocalllm connections 2>/dev/null | string match -rag "'([^']*)'"
end
function __cloudtolocalllm_routes
    printf '%s\\n' automatic local cloud
    __cloudtolocalllm_ids
end
function __cloudtolocalllm_models
    cloudtolocalllm models 2>/dev/null
end
function __cloudtolocalllm_at
    set -l begun
    for word in (commandline -opc)[2..]
        if contains -- "$(string join -- ' ' $begun $word)" ${steps
          .filter(({ begun }) => begun)
          .map(({ begun }) => quoted(begun))
          .join(' ')}
            set -a begun $word
        end
    end
    test "$begun" = "$argv[1]"
end
complete -c cloudtolocalllm -f
${lines.join('\n')}
`;
}
