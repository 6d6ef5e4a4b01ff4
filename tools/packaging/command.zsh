
# After -- comes a command, which completes as it does by itself.
functions[_spoor_verbs]=$functions[_spoor]
_spoor() {
    local -i end=${words[(i)--]}
    if [[ ${words[2]} == (record|trace|top) ]] && ((end > 2 && end < CURRENT)); then
        shift end words
        ((CURRENT -= end))
        _normal
        return
    fi
    _spoor_verbs "${@}"
}

if [[ "${funcstack[1]}" = _spoor ]]; then
    _spoor "${@}"
else
    compdef _spoor spoor
fi
