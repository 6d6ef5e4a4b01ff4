
# After -- comes a command, which completes as it does by itself.
function __spoor_command_words
    set -l words (commandline -opc)
    contains -- "$words[2]" record trace top
    and set -l end (contains -i -- -- $words)
    and string escape -- $words[(math $end + 1)..]
end

function __spoor_has_command
    set -l words (commandline -opc)
    contains -- "$words[2]" record trace top
    and contains -- -- $words
end

complete -c spoor -n __spoor_has_command \
    -a '(complete -C (string join " " -- (__spoor_command_words) (commandline -ct)))'
