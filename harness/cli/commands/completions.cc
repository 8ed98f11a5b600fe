// firedrill completions SHELL: a script that completes firedrill's command lines, from the table of commands.
#include <array>
#include <functional>
#include <memory>

#include "base/text/format.h"
#include "cli/cli.h"
#include "cli/console.h"
#include "cli/exit_code.h"

namespace firedrill::cli {
namespace {

// A text that the shell reads as it is. Fish reads a quote otherwise: \'.
std::string shell_word(std::string_view text, std::string_view quote = "'\\''") {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += quote;
    if (c != '\'') out += c;
  }
  return out + "'";
}

std::string joined(const std::vector<std::string>& texts, std::string_view between = " ") {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : std::string(between)) + text;
  return out;
}

// A command with the words that lead to it: "firedrill test rules".
struct Step {
  std::string path;
  const CommandShape* command;
};

std::vector<Step> steps_of(const CommandShape& root) {
  std::vector<Step> steps;
  const std::function<void(const std::string&, const CommandShape&)> add = [&](const std::string& path,
                                                                               const CommandShape& command) {
    steps.push_back({path, &command});
    for (const CommandShape& below : command.commands) add(path + " " + below.name, below);
  };
  add("firedrill", root);
  return steps;
}

// What may stand in the place of a word without dashes: commands, or the values of positional arguments.
std::vector<std::string> words_of(const CommandShape& command) {
  std::vector<std::string> words;
  for (const CommandShape& below : command.commands) words.push_back(below.name);
  for (const OptionShape& positional : command.positional) {
    words.insert(words.end(), positional.choices.begin(), positional.choices.end());
  }
  return words;
}

std::vector<std::string> option_names(const CommandShape& command) {
  std::vector<std::string> names;
  for (const OptionShape& option : command.options) names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

// The paths of all commands as a shell's pattern: 'firedrill run' | 'firedrill test'.
std::string path_pattern(const std::vector<Step>& steps, std::string_view between) {
  std::vector<std::string> paths;
  for (const Step& step : steps) {
    if (step.path != "firedrill") paths.push_back(shell_word(step.path));
  }
  return joined(paths, between);
}

// 'firedrill run --keep' | 'firedrill run -k'
std::string value_pattern(const Step& step, const OptionShape& option) {
  std::vector<std::string> patterns;
  for (const std::string& name : option.names) patterns.push_back(shell_word(step.path + " " + name));
  return joined(patterns, " | ");
}

std::string bash_script(const std::vector<Step>& steps) {
  std::string values, commands;
  for (const Step& step : steps) {
    for (const OptionShape& option : step.command->options) {
      if (!option.takes_value) continue;
      const std::string answer = option.choices.empty() ? "COMPREPLY=()"
                                                        : format("COMPREPLY=($(compgen -W {} -- \"$current\"))",
                                                                 shell_word(joined(option.choices)));
      values += format("    {}) {}; return ;;\n", value_pattern(step, option), answer);
    }
    commands += format("    {}) words={} options={} ;;\n", shell_word(step.path),
                       shell_word(joined(words_of(*step.command))), shell_word(joined(option_names(*step.command))));
  }
  return "# Completes firedrill in bash. Written by `firedrill completions bash`.\n"
         "_firedrill() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} at=firedrill words='' options='' i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"$at ${COMP_WORDS[i]}\" in\n      " +
         path_pattern(steps, " | ") +
         ") at=\"$at ${COMP_WORDS[i]}\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$at ${COMP_WORDS[COMP_CWORD-1]}\" in\n" +
         values +
         "  esac\n"
         "  case $at in\n" +
         commands +
         "  esac\n"
         "  [[ $current == -* ]] && words=$options\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         "# Where it has nothing to say, file names complete.\n"
         "complete -o bashdefault -o default -F _firedrill firedrill\n";
}

// "name:what it is", as zsh's _describe reads it.
std::string described(std::string name, std::string_view what) {
  return shell_word(name + ":" + std::string(what));
}

std::string zsh_script(const std::vector<Step>& steps) {
  std::string values, commands;
  for (const Step& step : steps) {
    std::vector<std::string> words, options;
    for (const CommandShape& below : step.command->commands) words.push_back(described(below.name, below.summary));
    for (const OptionShape& positional : step.command->positional) {
      for (const std::string& choice : positional.choices) words.push_back(described(choice, ""));
    }
    for (const OptionShape& option : step.command->options) {
      for (const std::string& name : option.names) options.push_back(described(name, option.what));
      if (!option.takes_value) continue;
      const std::string answer = option.choices.empty() ? "_files" : "compadd -- " + joined(option.choices);
      values += format("    ({}) {}; return ;;\n", value_pattern(step, option), answer);
    }
    commands += format("    ({})\n      words_here=({})\n      options=({}) ;;\n", shell_word(step.path), joined(words),
                       joined(options));
  }
  return "#compdef firedrill\n"
         "# Completes firedrill in zsh. Written by `firedrill completions zsh`.\n"
         "_firedrill() {\n"
         "  local at=firedrill word\n"
         "  local -a words_here options\n"
         "  for word in ${words[2,CURRENT-1]}; do\n"
         "    case \"$at $word\" in\n      (" +
         path_pattern(steps, " | ") +
         ") at=\"$at $word\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$at ${words[CURRENT-1]}\" in\n" +
         values +
         "  esac\n"
         "  case $at in\n" +
         commands +
         "  esac\n"
         "  if [[ ${words[CURRENT]} == -* ]]; then\n"
         "    _describe -o option options\n"
         "  elif (( $#words_here )); then\n"
         "    _describe command words_here || _files\n"
         "  else\n"
         "    _files\n"
         "  fi\n"
         "}\n"
         "if [[ $funcstack[1] == _firedrill ]]; then _firedrill \"$@\"; else compdef _firedrill firedrill; fi\n";
}

std::string fish_script(const std::vector<Step>& steps) {
  constexpr std::string_view kQuote = "\\'";
  const auto text = [&](std::string_view what) { return shell_word(what, kQuote); };
  std::string out =
      "# Completes firedrill in fish. Written by `firedrill completions fish`.\n"
      "function __firedrill_at\n"
      "  set -l at firedrill\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    switch \"$at $word\"\n"
      "      case " +
      path_pattern(steps, " ") +
      "\n"
      "        set at \"$at $word\"\n"
      "    end\n"
      "  end\n"
      "  test \"$at\" = \"$argv\"\n"
      "end\n";
  for (const Step& step : steps) {
    const std::string begin = format("complete -c firedrill -n {}", text("__firedrill_at " + step.path));
    for (const CommandShape& below : step.command->commands) {
      out += format("{} -f -a {} -d {}\n", begin, below.name, text(below.summary));
    }
    for (const OptionShape& positional : step.command->positional) {
      for (const std::string& choice : positional.choices) out += format("{} -a {}\n", begin, choice);
    }
    for (const OptionShape& option : step.command->options) {
      out += begin;
      for (const std::string& name : option.names) {
        const bool wide = name.starts_with("--");
        out += format(" -{} {}", wide ? "l" : "s", name.substr(wide ? 2 : 1));
      }
      if (option.takes_value) out += option.choices.empty() ? " -r" : format(" -x -a {}", text(joined(option.choices)));
      out += format(" -d {}\n", text(option.what));
    }
  }
  return out;
}

constexpr std::array<std::string_view, 3> kShells{"bash", "zsh", "fish"};

void declare(Arguments arguments) {
  auto shell = std::make_shared<std::string>();
  arguments.option("shell", *shell, "bash, zsh or fish").required().one_of(kShells);
  arguments.runs([shell] {
    CommandLine line("firedrill", "", "");
    for (const Command& command : commands()) command.declare(line.command(command.name, command.summary));
    const CommandShape root = line.shape();
    const std::vector<Step> steps = steps_of(root);
    print_data(*shell == "bash" ? bash_script(steps) : *shell == "zsh" ? zsh_script(steps) : fish_script(steps));
    return static_cast<int>(kPassed);
  });
}

}  // namespace

Command completions_command() {
  return {
      .name = "completions", .summary = "print what completes command lines in bash, zsh or fish", .declare = declare};
}

}  // namespace firedrill::cli
