import { casesOf } from './cases.ts';
import type { CompletedCommand } from './words.ts';

/** Generates a completion script for bash 3.2 and later, without dependencies. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return `# Completes bough in bash. In ~/.bashrc: eval "$(bough completion bash)"
_bough() {
  local line=\${COMP_LINE:0:COMP_POINT} IFS=$' \\t\\n' current previous= command= flags= values= word
  local -a typed
  # Bash splits words at colons, which most command names contain.
  read -ra typed <<<"$line"
  [[ $line == *[[:space:]] ]] && typed+=('')
  current=\${typed[\${#typed[@]} - 1]}
  for word in "\${typed[@]:1:\${#typed[@]} - 2}"; do
    previous=$word
    [[ -z $command && $word != -* ]] && command=$word
  done
  if [[ $current == --*=* ]]; then
    previous=\${current%%=*} current=\${current#*=}
  fi

${casesOf(commands)}
  [[ -z $command || $command == help ]] && values='help ${names(commands)}'
  [[ -z $command ]] && flags='--help --version'
  [[ $current == -* ]] && values=$flags

  # Bash keeps the text up to the last word break, so remove it from the candidates.
  local before=\${current%"\${current##*["$COMP_WORDBREAKS"]}"}
  COMPREPLY=()
  while IFS= read -r word; do
    [[ -n $word && $word == "$current"* ]] || continue
    printf -v word %q "\${word#"$before"}"
    COMPREPLY+=("$word")
  done < <(for word in $values; do
    case $word in
      @*) "\${typed[0]}" __complete "\${word#@}" -- "\${typed[@]}" 2>/dev/null </dev/null ;;
      *) printf '%s\\n' "$word" ;;
    esac
  done)
}
complete -o default -F _bough bough
`;
}

function names(commands: readonly CompletedCommand[]): string {
  return commands.flatMap((command) => command.names).join(' ');
}
