package import ArgumentParser

/// `completion bash|zsh|fish`: prints a script for the shell.
package struct CompletionCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print a script that completes command lines in a shell.",
        discussion: """
            kubectl itself completes "kubectl bgp …" when an executable kubectl_complete-bgp is on the PATH; \
            "completion kubectl" prints that one.

              source <(kubectl bgp completion bash)
              kubectl bgp completion kubectl > ~/.local/bin/kubectl_complete-bgp && chmod +x $_
            """
    )

    @Argument(help: "bash, zsh, fish or kubectl.")
    package var shell: CompletionShellName

    package var format: OutputFormat { .table }

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        try console.output.write(shell.script)
        return .success
    }
}

/// The shells that a script can be had for.
package enum CompletionShellName: String, ExpressibleByArgument, CaseIterable, Sendable {
    case bash
    case zsh
    case fish
    case kubectl

    /// The script: it asks `kubectl-bgp __complete` for candidates, as the scripts of kubectl do.
    package var script: String {
        switch self {
        case .bash:
            #"""
            # Completion of kubectl-bgp for bash.
            __kubectl_bgp_complete() {
                local candidate directive answer
                answer=$(kubectl-bgp __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return
                directive=${answer##*:}
                COMPREPLY=()
                while IFS='' read -r candidate; do
                    [[ $candidate == :* || -z $candidate ]] && continue
                    COMPREPLY+=("${candidate%%$'\t'*}")
                done <<<"$answer"
                (( directive & 2 )) && compopt -o nospace
                (( directive & 4 )) || compopt -o default
                return 0
            }
            complete -F __kubectl_bgp_complete kubectl-bgp

            """#
        case .zsh:
            #"""
            #compdef kubectl-bgp
            # Completion of kubectl-bgp for zsh.
            _kubectl_bgp() {
                local -a candidates
                local line directive
                while IFS='' read -r line; do
                    if [[ $line == :* ]]; then
                        directive=${line#:}
                    elif [[ -n $line ]]; then
                        line=${line//:/\\:}
                        candidates+=("${line/$'\t'/:}")
                    fi
                done < <(kubectl-bgp __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
                if (( ${#candidates} )); then
                    _describe -V candidates candidates
                elif (( ! (${directive:-0} & 4) )); then
                    _files
                fi
            }
            compdef _kubectl_bgp kubectl-bgp

            """#
        case .fish:
            #"""
            # Completion of kubectl-bgp for fish.
            function __kubectl_bgp_complete
                set -l words (commandline -opc) (commandline -ct)
                kubectl-bgp __complete $words[2..-1] 2>/dev/null | string match -v -r '^:'
            end
            complete -c kubectl-bgp -f -a '(__kubectl_bgp_complete)'

            """#
        case .kubectl:
            #"""
            #!/bin/sh
            # kubectl runs this to complete "kubectl bgp …".
            exec kubectl-bgp __complete "$@"

            """#
        }
    }
}
