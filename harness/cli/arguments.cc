#include "cli/arguments.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <sstream>
#include <utility>

#include "base/diagnostic.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::cli {
namespace {

std::string lower_first(std::string text) {
  if (text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a') text[0] = static_cast<char>(text[0] + 32);
  return text;
}

// "{a,b,c}", as CLI11 describes a value that is one of several.
std::vector<std::string> choices_of(CLI::Option& option) {
  std::vector<std::string> choices;
  const CLI::Validator* validator = option.get_validator(0);
  const std::string text = validator == nullptr ? std::string() : validator->get_description();
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') return choices;
  std::istringstream values(text.substr(1, text.size() - 2));
  for (std::string value; std::getline(values, value, ',');) choices.push_back(value);
  return choices;
}

// CLI11 throws where an option has no validator of that number.
std::vector<std::string> known_choices(CLI::Option& option) {
  try {
    return choices_of(option);
  } catch (const CLI::OptionNotFound&) {
    return {};
  }
}

OptionShape shape_of(CLI::Option& option) {
  OptionShape shape;
  for (const std::string& name : option.get_snames()) shape.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) shape.names.push_back("--" + name);
  shape.what = option.get_description();
  shape.takes_value = option.get_type_size_max() != 0 && option.get_expected_max() != 0;
  shape.choices = known_choices(option);
  return shape;
}

CommandShape shape_of(CLI::App& app) {
  CommandShape shape{app.get_name(), app.get_description(), {}, {}, {}};
  for (CLI::Option* option : app.get_options()) {
    OptionShape made = shape_of(*option);
    (made.names.empty() ? shape.positional : shape.options).push_back(std::move(made));
  }
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    shape.commands.push_back(shape_of(*command));
  }
  return shape;
}

// The command that the line names last, with its own words: " test rules".
struct Named {
  CLI::App* app;
  std::string words;
};
Named named_last(CLI::App& root) {
  Named named{&root, {}};
  for (auto used = root.get_subcommands(); !used.empty(); used = named.app->get_subcommands()) {
    named.app = used.front();
    named.words += " " + named.app->get_name();
  }
  return named;
}

std::vector<std::string> command_names(CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> option_names(CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// What CLI11 says, or what says more: a word that is no command or no option comes before what is missing.
CommandLine::Wrong described(const CLI::ParseError& error, CLI::App& root) {
  const auto [app, words] = named_last(root);
  const std::vector<std::string> commands = command_names(*app);
  const std::vector<std::string> unknown = root.remaining(true);
  const std::string help = "firedrill" + words + " --help";
  const auto option = std::ranges::find_if(unknown, [](const std::string& word) { return word.starts_with("-"); });
  const bool missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (option != unknown.end() && (missing || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)) {
    const std::string written = option->substr(0, option->find('='));
    const std::string near = nearest(written, option_names(*app));
    return {"there is no option '" + written + "'", near.empty() ? help : "did you mean '" + near + "'?"};
  }
  if (missing && !commands.empty()) {
    if (!unknown.empty()) {
      return {"there is no command '" + words.substr(words.empty() ? 0 : 1) + (words.empty() ? "" : " ") +
                  unknown.front() + "'",
              suggest(unknown.front(), commands)};
    }
    return {"'firedrill" + words + "' needs a command behind it", suggest({}, commands)};
  }
  return {lower_first(error.what()), help};
}

}  // namespace

Argument Argument::required() {
  option_->required();
  return *this;
}

Argument Argument::not_empty(std::string what) {
  option_->check([what = std::move(what)](const std::string& text) {
    return text.empty() ? format("expected {}, found an empty text", what) : std::string();
  });
  return *this;
}

Argument Argument::folder() {
  option_->check([](const std::string& path) {
    std::error_code error;
    return std::filesystem::is_directory(path, error) ? std::string() : "'" + path + "' is not a folder";
  });
  return *this;
}

Argument Argument::one_of(std::vector<std::string> values) {
  option_->check(CLI::IsMember(std::move(values)));
  return *this;
}

Argument Argument::one_of(std::span<const std::string_view> values) {
  return one_of(std::vector<std::string>(values.begin(), values.end()));
}

Argument Argument::between(double least, double most) {
  const std::string span = format("{} to {}", format_number(least), format_number(most));
  option_->check(CLI::Validator(
      [least, most, span](std::string& text) {
        // NaN is neither below nor above.
        const std::optional<double> value = parse_float(text);
        if (value && *value >= least && *value <= most) return std::string();
        return format("expected a number from {}, found {}", span, text.empty() ? "an empty text" : text);
      },
      span));
  return *this;
}

Argument Argument::each_read_by(std::function<std::string(const std::string&)> read) {
  option_->check(std::move(read));
  return *this;
}

Argument Argument::separated_by(char delimiter) {
  option_->delimiter(delimiter)->allow_extra_args(false);
  return *this;
}

Argument Argument::one_at_a_time() {
  option_->allow_extra_args(false);
  return *this;
}

Argument Argument::takes(int values) {
  option_->type_size(values)->expected(1)->allow_extra_args(false);
  return *this;
}

Argument Argument::not_with(Argument other) {
  option_->excludes(other.option_);
  return *this;
}

Argument Argument::shows_default() {
  option_->capture_default_str();
  return *this;
}

template <typename T>
Argument Arguments::option(const std::string& name, T& value, const std::string& what) {
  return Argument(*app_->add_option(name, value, what));
}
template Argument Arguments::option(const std::string&, std::string&, const std::string&);
template Argument Arguments::option(const std::string&, std::optional<std::string>&, const std::string&);
template Argument Arguments::option(const std::string&, int&, const std::string&);
template Argument Arguments::option(const std::string&, unsigned&, const std::string&);
template Argument Arguments::option(const std::string&, double&, const std::string&);
template Argument Arguments::option(const std::string&, std::vector<std::string>&, const std::string&);
template Argument Arguments::option(const std::string&, std::vector<double>&, const std::string&);

Argument Arguments::option_read_by(const std::string& name, ReadText read, const std::string& what) {
  const auto checked = [name, read = std::move(read)](const std::string& text) {
    if (std::string wrong = read(text); !wrong.empty()) throw CLI::ValidationError(name, std::move(wrong));
  };
  return Argument(*app_->add_option_function<std::string>(name, checked, what));
}

void Arguments::flag(const std::string& name, bool& value, const std::string& what) {
  app_->add_flag(name, value, what);
}

Arguments Arguments::command(std::string_view name, std::string_view summary) {
  app_->require_subcommand(1);
  return {*app_->add_subcommand(std::string(name), std::string(summary)), *chosen_};
}

void Arguments::runs(Action action) {
  app_->callback([chosen = chosen_, action = std::move(action)] { *chosen = action; });
}

CommandLine::CommandLine(std::string_view name, std::string_view about, std::string_view version)
    : app_(std::make_unique<CLI::App>(std::string(about), std::string(name))) {
  app_->set_version_flag("--version", std::string(version));
}

CommandLine::~CommandLine() = default;

Arguments CommandLine::command(std::string_view name, std::string_view summary) {
  return Arguments(*app_, chosen_).command(name, summary);
}

CommandLine::Parsed CommandLine::parse(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
    return {chosen_, {}, {}};
  } catch (const CLI::Success& success) {
    std::ostringstream answer;
    app_->exit(success, answer, answer);
    return {{}, answer.str(), {}};
  } catch (const CLI::ParseError& error) {
    return {{}, {}, described(error, *app_)};
  }
}

CommandShape CommandLine::shape() const {
  return shape_of(*app_);
}

std::string CommandLine::help() const {
  return app_->help();
}

}  // namespace firedrill::cli
