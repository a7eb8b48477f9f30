# bash completion for codesync: what it knows comes from `codesync --commands`,
# a line for each command: its words, a tab, its options.
_codesync() {
	local cur=${COMP_WORDS[COMP_CWORD]} at=$COMP_CWORD firsts='' seconds='' options='' words known
	local one=${COMP_WORDS[1]-} two=${COMP_WORDS[2]-}
	while IFS=$'\t' read -r words known; do
		firsts+=" ${words%% *}"
		[ "${words%% *}" != "$one" ] || [ "$words" = "$one" ] || seconds+=" ${words#* }"
		[ "$words" != "$one" ] && [ "$words" != "$one $two" ] || options=$known
	done < <("${COMP_WORDS[0]}" --commands 2>/dev/null)
	COMPREPLY=()
	if [ "$at" -eq 1 ]; then
		words=$firsts
	elif [ "$at" -eq 2 ] && [ -n "$seconds" ]; then
		words=$seconds
	elif [[ $cur == -* ]]; then
		words=$options
	else
		return # a file's name, or what only the host knows
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur" | sort -u)
	[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
}
complete -o default -F _codesync codesync
