// What a command takes from the command line, declared by typed values. Behind it stands CLI11, whose header costs
// eight seconds in each file that sees it: arguments.cc alone does.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace firedrill::cli {

// An option or positional argument that has been declared, to say more of it.
class Argument {
 public:
  explicit Argument(CLI::Option& option) : option_(&option) {}

  Argument required();
  Argument not_empty(std::string what = "a path");
  Argument folder();  // that is there
  Argument one_of(std::vector<std::string> values);
  Argument one_of(std::span<const std::string_view> values);
  Argument between(double least, double most);
  // Of a list: each text is read by the command itself as well; what is wrong with it, or nothing.
  Argument each_read_by(std::function<std::string(const std::string&)> read);
  Argument separated_by(char delimiter);  // several values in one text, or the option several times
  Argument one_at_a_time();               // the option several times, one value each
  Argument takes(int values);             // and leaves what follows, a `--` too, to the positional arguments
  Argument not_with(Argument other);
  Argument shows_default();

 private:
  CLI::Option* option_;
};

// The arguments of one command, or of a command below it.
class Arguments {
 public:
  using Action = std::function<int()>;  // does the work and gives the exit code
  // What is wrong with the text; empty: nothing, and it has been read.
  using ReadText = std::function<std::string(const std::string&)>;

  Arguments(CLI::App& app, Action& chosen) : app_(&app), chosen_(&chosen) {}

  // `name` is positional without dashes. `value` gets what the user gives, and must live until the action has run. T: a
  // text, an optional text, a number (int, unsigned, double), a list of texts or numbers.
  template <typename T>
  Argument option(const std::string& name, T& value, const std::string& what);
  // Read by the command itself.
  Argument option_read_by(const std::string& name, ReadText read, const std::string& what);
  void flag(const std::string& name, bool& value, const std::string& what);

  // A command below this one, of which one must be named.
  Arguments command(std::string_view name, std::string_view summary);
  // What the command does, once its arguments are read.
  void runs(Action action);

 private:
  CLI::App* app_;
  Action* chosen_;
};

// What a command takes, for programs that complete command lines.
struct OptionShape {
  std::vector<std::string> names;  // "--out"; of a positional argument none
  std::string what;
  bool takes_value = false;
  std::vector<std::string> choices;  // of the value; empty: any
};
struct CommandShape {
  std::string name;
  std::string summary;
  std::vector<OptionShape> options;
  std::vector<OptionShape> positional;
  std::vector<CommandShape> commands;
};

class CommandLine {
 public:
  CommandLine(std::string_view name, std::string_view about, std::string_view version);
  ~CommandLine();

  Arguments command(std::string_view name, std::string_view summary);

  struct Wrong {
    std::string what;
    std::string remedy;
  };
  struct Parsed {
    Arguments::Action action;  // empty after an error, and where help or version was asked for
    std::string answer;        // the help, the version
    std::optional<Wrong> wrong{};
  };
  Parsed parse(int argc, char** argv);
  std::string help() const;
  CommandShape shape() const;

 private:
  std::unique_ptr<CLI::App> app_;
  Arguments::Action chosen_;
};

}  // namespace firedrill::cli
