
# After -- comes a command, which completes as it does by itself.
_spoor_command() {
    local -i word
    case ${COMP_WORDS[1]} in
    record | trace | top)
        for ((word = 2; word < COMP_CWORD; word++)); do
            [[ ${COMP_WORDS[word]} == -- ]] || continue
            if declare -F _command_offset >/dev/null; then
                _command_offset $((word + 1))
            elif ((COMP_CWORD == word + 1)); then
                mapfile -t COMPREPLY < <(compgen -A command -A file -- "$2" | sort -u)
            else
                mapfile -t COMPREPLY < <(compgen -A file -- "$2")
            fi
            return
        done
        ;;
    esac
    _spoor "$@"
}

complete -o filenames -F _spoor_command spoor
