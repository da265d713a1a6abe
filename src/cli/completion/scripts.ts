// What makes a shell ask us: one small script per shell. They hold no verb and no flag; each Tab runs the hidden verb
// `complete` with the words typed so far, and it answers with a word a line, or with `:files`.

/** Bash takes words apart at "=" and ":"; they are put together again, and what stands before is cut off the answer. */
const bash = `# Completion of inetsrv for bash: eval "$(inetsrv completion bash)"
_inetsrv() {
  local words=() word glue= answer line current cut
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ \${#words[@]} -gt 0 && ( -n $glue || $word == [=:]* ) ]]; then words[-1]+=$word; else words+=("$word"); fi
    if [[ $word == *[=:] ]]; then glue=1; else glue=; fi
  done
  current=\${words[-1]-}
  if [[ -n \${COMP_WORDS[COMP_CWORD]-} ]]; then cut=\${current%"\${COMP_WORDS[COMP_CWORD]}"}; else cut=$current; fi
  [[ $current == *[=:] ]] && cut=$current
  COMPREPLY=()
  answer=$("\${COMP_WORDS[0]}" complete -- "\${words[@]//\\\\/}" 2>/dev/null) || return
  if [[ $answer == :files ]]; then compopt -o default 2>/dev/null; return; fi
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    [[ $line == *[/=] ]] && compopt -o nospace 2>/dev/null
    [[ $line == *[^[:alnum:]/=.,:%@_+-]* ]] && printf -v line %q "$line"
    [[ -n $line ]] && COMPREPLY+=("\${line#"$cut"}")
  done <<< "$answer"
}
complete -F _inetsrv inetsrv
`;

const zsh = `#compdef inetsrv
# Completion of inetsrv for zsh: eval "$(inetsrv completion zsh)"
_inetsrv() {
  local answer line word doc
  local -a closed open
  answer=$("\${words[1]}" complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null) || return
  if [[ $answer == :files ]]; then _files; return; fi
  for line in "\${(@f)answer}"; do
    [[ -z $line ]] && continue
    word=\${line%%$'\\t'*}
    doc=\${line#*$'\\t'}
    [[ $doc == $line ]] && doc=
    word=\${word//:/\\\\:}
    if [[ $word == *[/=] ]]; then open+=("$word\${doc:+:$doc}"); else closed+=("$word\${doc:+:$doc}"); fi
  done
  (( $#closed )) && _describe -t words inetsrv closed
  (( $#open )) && _describe -t paths inetsrv open -S ''
}
if [[ $funcstack[1] == _inetsrv ]]; then _inetsrv "$@"; else compdef _inetsrv inetsrv; fi
`;

const fish = `# Completion of inetsrv for fish: inetsrv completion fish | source
function __inetsrv_complete
    set -l words (commandline -opc) (string unescape -- (commandline -ct))
    set -l answer (command $words[1] complete -- $words[2..-1] 2>/dev/null)
    if test "$answer" = ":files"
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $answer
    end
end
complete -c inetsrv -f -a '(__inetsrv_complete)'
`;

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];
export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
