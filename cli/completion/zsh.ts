import { casesOf } from './cases.ts';
import type { CompletedCommand } from './words.ts';

/** Generates a completion script for zsh, to evaluate or to save as `_bough` in a directory of `fpath`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef bough
# Completes bough in zsh. In ~/.zshrc, after compinit: eval "$(bough completion zsh)"
_bough() {
  local current=$words[CURRENT] previous= command= flags= values= word
  local -a typed=("\${(@)words[1,CURRENT]}") candidates
  for word in "\${(@)typed[2,-2]}"; do
    previous=$word
    [[ -z $command && $word != -* ]] && command=$word
  done
  if [[ $current == --*=* ]]; then
    previous=\${current%%=*} current=\${current#*=}
    compset -P '*='
  fi

${casesOf(commands)}
  [[ -z $command || $command == help ]] && values='help ${commands.flatMap(({ names }) => names).join(' ')}'
  [[ -z $command ]] && flags='--help --version'

  [[ $current == -* ]] && values=$flags
  for word in \${=values}; do
    if [[ $word == @* ]]; then
      candidates+=(\${(f)"$(\${typed[1]} __complete \${word#@} -- "\${(@)typed}" 2>/dev/null </dev/null)"})
    else
      candidates+=($word)
    fi
  done
  (( $#candidates )) && compadd -- $candidates || _files
}
if [[ $funcstack[1] == _bough ]]; then _bough "$@"; else compdef _bough bough; fi
`;
}
