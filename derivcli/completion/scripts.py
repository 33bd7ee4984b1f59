"""The scripts that make shells ask for completions, and where each shell looks for its own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from derivcli.errors import UsageError

_BASH = r"""# Completion of deriv for bash.
_deriv_complete() {
    local line kind= before= file
    COMPREPLY=()
    while IFS= read -r line; do
        if [ -z "$kind" ]; then
            kind=${line%%$'\t'*} before=${line#"$kind"} before=${before#$'\t'}
        else
            COMPREPLY+=("$line")
        fi
    done < <(_DERIV_COMPLETE=bash COMP_LINE=$COMP_LINE COMP_POINT=$COMP_POINT "$1" "$2" 2>/dev/null)
    if [ "$kind" = files ]; then
        [ -z "$before" ] && compopt -o filenames 2>/dev/null
        while IFS= read -r file; do
            if [ -z "$before" ]; then
                COMPREPLY+=("$file")
            elif [ -d "$file" ]; then
                COMPREPLY+=("$before$(printf %q "$file")/")
                compopt -o nospace 2>/dev/null
            else
                COMPREPLY+=("$before$(printf %q "$file")")
            fi
        done < <(compgen -f -- "${2#"$before"}")
    else
        compopt -o nospace 2>/dev/null
    fi
    return 0
}
complete -F _deriv_complete deriv
"""

_ZSH = r"""#compdef deriv
# Completion of deriv for zsh.
_deriv() {
    local -a lines texts shown goes_on goes_on_shown
    local line text about
    lines=("${(@f)$(_DERIV_COMPLETE=zsh ${~words[1]} "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    if [[ ${lines[1]%%$'\t'*} == files ]]; then
        text=${lines[1]#*$'\t'}
        [[ -n $text ]] && compset -P "${(b)text}"
        _files
        return
    fi
    for line in "${(@)lines[2,-1]}"; do
        text=${line%%$'\t'*} about=${line#*$'\t'}
        if [[ $text == *[\(=] ]]; then
            goes_on+=("$text") goes_on_shown+=("$text${about:+  -- $about}")
        else
            texts+=("$text") shown+=("$text${about:+  -- $about}")
        fi
    done
    (( $#texts )) && compadd -l -d shown -a texts
    (( $#goes_on )) && compadd -l -S '' -d goes_on_shown -a goes_on
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
if [[ ${funcstack[1]} == _deriv ]]; then
    _deriv "$@"
else
    compdef _deriv deriv
fi
"""

_FISH = r"""# Completion of deriv for fish.
function __deriv_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (_DERIV_COMPLETE=fish $words[1] $words[2..-1] "$current" 2>/dev/null)
    set -l first (string split \t -- $lines[1])
    if test "$first[1]" = files
        set -l start (math (string length -- "$first[2]") + 1)
        for file in (__fish_complete_path (string sub -s $start -- "$current"))
            echo "$first[2]$file"
        end
    else
        string join \n -- $lines[2..-1]
    end
end
complete -c deriv -f -a '(__deriv_complete)'
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


@dataclass(frozen=True)
class _Place:
    """Where a shell's script goes, and the file of settings that is to name it; None where it is found by itself."""

    script: Path
    settings: Path | None


def shell_named(name: str | None) -> str:
    """The shell that is meant: the one that is named, else the one of the user.

    Raises:
        UsageError: it is none of those that are known.
    """
    shell = name or Path(os.environ.get("SHELL", "")).name
    if shell not in SCRIPTS:
        said = f"there is no completion for {shell}" if shell else "which shell is meant cannot be told"
        raise UsageError(said, hint=f"name one of {', '.join(SCRIPTS)}, as in deriv --install-completion bash")
    return shell


def install(shell: str) -> str:
    """Write a shell's script to where it belongs; what was done, in words.

    Raises:
        UsageError: a file cannot be written.
    """
    place = _place(shell)
    try:
        place.script.parent.mkdir(parents=True, exist_ok=True)
        place.script.write_text(SCRIPTS[shell], encoding="utf-8")
        if place.settings is not None:
            _name_in(place.settings, place.script)
    except OSError as error:
        hint = f"deriv --show-completion {shell} prints the script"
        raise UsageError(f"cannot write {error.filename}: {error.strerror}", hint=hint) from error
    named = f", which {place.settings} reads" if place.settings is not None else ""
    return f"the completion is in {place.script}{named}; it works from the next session of {shell} on"


def _name_in(settings: Path, script: Path) -> None:
    """Have a file of settings read a script, once."""
    line = f". '{script}'  # completion of deriv\n"
    before = settings.read_text(encoding="utf-8") if settings.exists() else ""
    if line not in before:
        with settings.open("a", encoding="utf-8") as file:
            file.write(line if not before or before.endswith("\n") else f"\n{line}")


def _place(shell: str) -> _Place:
    home = Path(os.path.expanduser("~"))
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "deriv"
    if shell == "bash":
        return _Place(data / "completion.bash", home / ".bashrc")
    if shell == "zsh":
        return _Place(data / "completion.zsh", Path(os.environ.get("ZDOTDIR") or home) / ".zshrc")
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return _Place(settings / "fish" / "completions" / "deriv.fish", None)
