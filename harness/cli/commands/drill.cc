// firedrill drill [NAME]: an incident that somebody works, or a program.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/output/kept.h"
#include "base/random.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/text/json.h"
#include "cli/bounds.h"
#include "cli/cli.h"
#include "cli/commands/drill_list.h"
#include "cli/commands/drill_places.h"
#include "cli/console.h"
#include "cli/drill_console.h"
#include "cli/drill_serving.h"
#include "cli/drill_suite.h"
#include "cli/exit_code.h"
#include "cli/library.h"
#include "cli/output_file.h"
#include "cli/reading.h"
#include "cli/scenario_path.h"
#include "console/agent/process.h"
#include "console/agent/suite.h"
#include "console/drill/find_drills.h"
#include "console/game.h"
#include "console/lesson.h"
#include "console/pages/facilitator/inject_table.h"
#include "console/score/debriefing.h"
#include "console/score/score.h"
#include "console/server/game_host.h"
#include "console/transcript.h"
#include "console/worked.h"
#include "driver/outputs.h"

namespace firedrill::cli {
namespace {

constexpr double kMostPort = 65535;

struct Options {
  Bounds bounds;
  std::string drill;
  std::vector<std::string> drills;  // folders
  bool surprise = false;
  std::int64_t variant = 0;
  std::uint64_t seed = 1;
  std::optional<std::int64_t> asked_variant;
  std::optional<std::uint64_t> asked_seed;
  std::string price;  // empty: as it is worked
  std::string pace;
  std::string transcript;
  std::string resume;
  std::string out;
  bool force = false;
  bool kinds = false;
  bool check = false;
  bool json = false;
  bool mcp = false;
  bool serve = false;
  bool web = false;
  std::string log;
  int port = 0;
  int control_port = 0;
  // Of a suite.
  std::string suite;
  std::string agent;
  bool keep_agents = false;
  int seeds = 1;
  unsigned jobs = 0;
  double patience_s = 60;
  ReadOptions reads;
};

std::vector<std::string> folders_of(Options& options) {
  if (!options.suite.empty()) return {options.suite};
  if (!options.drills.empty()) return options.drills;
  std::error_code error;
  const std::string found = found_scenario(kLibrary, options.reads);
  if (std::filesystem::is_directory(found, error)) return {found};
  const std::filesystem::path own = own_library();
  if (own.empty()) return {kLibrary};
  options.reads.roots.push_back(own.string());
  return {own.string()};
}

// Who works drills is not told what is wrong with their files: that would say what they are.
std::optional<std::vector<console::DrillFile>> find(Options& options) {
  const std::vector<std::string> folders = folders_of(options);
  auto found = console::find_drills(folders, options.reads);
  if (found) return *std::move(found);
  std::error_code error;
  const auto missing = std::ranges::find_if(
      folders, [&](const std::string& each) { return !std::filesystem::is_directory(each, error); });
  if (options.check) {
    print_diagnostics(found.error());
  } else if (missing != folders.end()) {
    print_err(format("firedrill: error: there is no folder {}\n      = help: {} names a folder of drills: {}\n",
                     printable(*missing), options.suite.empty() ? "--drills" : "--suite", kLibrary));
  } else if (!options.suite.empty()) {
    print_err(format(
        "firedrill: error: there are no drills in {} that could be read\n"
        "      = help: name another folder of them with --suite; `firedrill drill --check --drills {}` says what "
        "is wrong with them, and gives them away\n",
        printable(options.suite), printable(options.suite)));
  } else {
    print_err(
        "firedrill: error: there are no drills that could be read\n"
        "      = help: name a folder of them with --drills; `firedrill drill --check` says what is wrong with them, "
        "and gives them away\n");
  }
  return std::nullopt;
}

int check(const std::vector<console::DrillFile>& drills) {
  Diagnostics found;
  ProgressBar bar;
  for (std::size_t i = 0; i < drills.size(); ++i) {
    bar.show(static_cast<double>(i) / static_cast<double>(drills.size()), drills[i].drill.name);
    std::ranges::move(console::check_drill(drills[i]), std::back_inserter(found));
  }
  bar.clear();
  if (has_errors(found)) {
    print_diagnostics(found);
    return kBadInput;
  }
  const bool one = drills.size() == 1;
  print_out(format("{} sound, in {} first {} variants too\n",
                   one ? std::string("1 drill is") : format("{} drills are", drills.size()), one ? "its" : "their",
                   console::kVariantsChecked));
  return kPassed;
}

const console::DrillFile* named(const std::vector<console::DrillFile>& drills, const std::string& name) {
  const auto found = std::ranges::find(
      drills, name, [](const console::DrillFile& each) -> const std::string& { return each.drill.name; });
  if (found != drills.end()) return &*found;
  std::vector<std::string> names;
  for (const console::DrillFile& each : drills) names.push_back(each.drill.name);
  print_err(
      format("firedrill: error: there is no drill '{}'\n      = help: {}\n", printable(name), suggest(name, names)));
  return nullptr;
}

// Nobody knows before which one it is, nor which variant.
const console::DrillFile* surprise(const std::vector<console::DrillFile>& drills, Options& options) {
  const auto moment = static_cast<std::uint64_t>(WallClock().now().time_since_epoch().count());
  RandomStream chance(moment, "drill/surprise");
  options.variant = static_cast<std::int64_t>(chance.below(100'000)) + 1;
  return &drills[chance.below(drills.size())];
}

// As a command needs them that finds the drill again.
std::string drills_of(const Options& options) {
  std::string out;
  for (const std::string& folder : options.drills) out += format(" --drills {}", shell_word(folder));
  return out;
}

std::string command_of(const Options& options, const console::Drill& drill) {
  std::string command = format("firedrill drill {} --seed {}", drill.name, options.seed);
  if (options.variant != 0) command += format(" --variant {}", options.variant);
  return command + drills_of(options);
}

std::string resume_of(const Options& options) {
  return format("firedrill drill --resume {}{}{}", shell_word(options.transcript), drills_of(options),
                options.web ? " --web" : "");
}

void welcome(const console::Game& game, double speed) {
  const console::Drill& drill = game.drill();
  const auto who = game.session().trainee();
  print_out(format("{} ({}), variant {}, seed {}\n{}\n\n", drill.name, drill.difficulty, game.options().variant,
                   game.options().seed, printable(drill.trains)));
  print_out(format("It is {}. You are {}, {} of {}, until {}.\n", format_instant(game.session().now()),
                   printable(who.person), printable(who.role), printable(who.schedule),
                   format_clock(game.session().end())));
  print_out(speed > 0 ? "Time goes on by itself." : "Time stands still between commands.");
  print_out(game.options().price == console::Price::real ? " Thinking takes as long as it takes."
                                                         : " Each command takes its time.");
  print_out(" `next` waits for something to happen, `help` lists what there is to say.");
  print_out(console::teaches(drill) ? "\n\n" : " `guide` shows you around.\n\n");
}

// The transcript is beside the record that it gives. What the drill came to is written though an end was asked for.
ExitCode write_record(const Options& options, const console::Drill& drill, std::string transcript,
                      const console::Game::Result& result) {
  if (options.out.empty()) return kPassed;
  output::Hooks hooks = output_hooks();
  hooks.interrupted = write_though_interrupted;
  const output::OutputFolder folder(options.out, driver::run_folder(), hooks);
  driver::Finished& finished = result.worked->finished;
  console::put_into(finished.record, console::score_of(*result.worked, {*result.nobody, result.best.get()}, drill));
  const driver::RunMetadata metadata{0, "drill", options.out, finished.statistics};
  std::vector<output::File> files = driver::output_files(finished, metadata);
  files.insert(files.begin(), output::File(std::string(driver::kDrillFile), std::move(transcript)));
  const SignalsHeld held;
  const auto written = folder.write(files);
  if (!written) {
    const ExitCode code = tell(written.error());
    (void)keep_elsewhere(files, driver::kDrillFile);
    return code;
  }
  files_are_written();
  return kPassed;
}

bool replaces_transcript(const Options& options) {
  return options.force || options.transcript == options.resume;
}

// Before the drill, so that nobody works it in vain.
ExitCode check_places(const Options& options, const scenario::LoadedScenario& scenario) {
  std::vector<std::string> names = driver::output_names(scenario);
  names.emplace_back(driver::kDrillFile);
  const ExitCode apart = check_apart({options.transcript, options.log, options.out, names});
  if (apart != kPassed) return apart;
  if (const ExitCode code = options.log.empty() ? kPassed : check_log(options.log); code != kPassed) return code;
  if (!options.transcript.empty()) {
    const output::NamedFileOptions how{.force = replaces_transcript(options),
                                       .replaceable = [](std::string_view) { return false; }};
    if (const ExitCode code = check_output({options.transcript, {}}, how); code != kPassed) return code;
  }
  if (options.out.empty()) return kPassed;
  const SignalsHeld held;
  if (auto straight = output::check_no_link(options.out); !straight) return tell(straight.error());
  const output::OutputFolder folder(options.out, driver::run_folder(), output_hooks());
  if (auto free = folder.check(names); !free) return tell(free.error());
  if (auto room = output::check_room(options.out, driver::kRoomOfRun); !room) return tell(room.error());
  return interrupted() ? kInterrupted : kPassed;
}

ExitCode write_transcript(const Options& options, const console::Game& game) {
  if (options.transcript.empty()) return kPassed;
  const std::string text = game.transcript();
  output::NamedFileOptions how{.force = replaces_transcript(options)};
  if (interrupted() || game.over()) how.hooks.interrupted = write_though_interrupted;
  const ExitCode wrote = write_or_keep({.path = options.transcript, .content = text}, how);
  // The record is to come, and takes a while.
  if (wrote == kPassed && !options.out.empty()) some_files_are_written();
  if (wrote == kPassed && interrupted()) {
    print_err(format("firedrill: the transcript is written; `{}` {}\n", printable(resume_of(options)),
                     game.over() ? "says what it came to" : "goes on"));
  }
  return wrote;
}

// The error has been told.
std::optional<console::Transcript> resumed(const Options& options) {
  const auto source = read_source(options.resume);
  auto transcript =
      source ? console::read_transcript(*source) : Result<console::Transcript>(std::unexpected(source.error()));
  if (transcript) return *std::move(transcript);
  print_diagnostics(transcript.error());
  return std::nullopt;
}

// With pages thinking takes as long as it takes, and time goes on by itself, unless something else is said.
void complete(Options& options) {
  if (options.price.empty()) options.price = options.web ? "real" : "per-action";
  if (options.pace.empty()) options.pace = options.web ? "real" : "paused";
}

int pace_of(const Options& options) {
  return options.pace == "real" ? 1 : options.pace == "x10" ? 10 : options.pace == "x60" ? 60 : 0;
}

// What whoever runs the drill may let happen stands in the scenario, where somebody may: in pages, and where a
// transcript says that somebody has.
bool has_injects(const Options& options, const std::optional<console::Transcript>& before) {
  const auto of_facilitator = [](const console::Step& step) { return !step.by.empty(); };
  return options.web || (before && std::ranges::any_of(before->steps, of_facilitator));
}

// For programs. What came of it is for who runs the drill: the transcript, the record, the control channel.
int play_program(const Options& options, const console::DrillFile& file, const console::LoadedDrill& loaded,
                 console::Game& game) {
  console::GameHost host(file, loaded, game);
  const DrillServing serving{.port = static_cast<std::uint16_t>(options.port),
                             .control_port = static_cast<std::uint16_t>(options.control_port),
                             .json = options.json};
  const DrillPages pages{.port = serving.port,
                         .facilitator_port = serving.control_port,
                         .speed = pace_of(options),
                         .log = options.log,
                         .json = options.json};
  std::optional<SignalsHeld> held(std::in_place);  // behind the end of the drill what it came to is written, too
  const int code = options.web     ? serve_pages(host, pages)
                   : options.serve ? serve_drill(host, serving)
                                   : drill_over_mcp(game);
  if (const ExitCode wrote = write_transcript(options, host.game()); wrote != kPassed) return wrote;
  if (options.out.empty()) return code;
  // Who wants an end before the drill is over does not wait for what it would come to.
  if (code == kInterrupted && !host.game().over()) {
    others_are_not_written();
    return code;
  }
  if (!host.game().over()) held.reset();
  const console::Drill drill = host.game().drill();
  std::string transcript = host.game().transcript();
  const ExitCode wrote = write_record(options, drill, std::move(transcript), host.game().result());
  if (wrote != kPassed) return wrote;
  return interrupted() ? kInterrupted : code;
}

bool is_real(const Options& options) {
  return options.price == "real";
}

// How fast time goes on by itself at first; 0: it stands still. Where thinking takes as long as it takes, it goes on.
double speed_of(const Options& options) {
  const double asked = pace_of(options);
  return is_real(options) && asked == 0 ? 1 : asked;
}

console::Game::Options game_options(const Options& options, const console::Drill& drill) {
  return {.seed = options.seed,
          .variant = options.variant,
          .price = is_real(options) ? console::Price::real : console::Price::per_action,
          .records = !options.out.empty(),
          .command = command_of(options, drill)};
}

// The error has been told.
std::optional<console::LoadedDrill> load(const console::DrillFile& file, std::int64_t variant) {
  auto loaded = console::load_steady_drill(file, variant);
  if (loaded) return *std::move(loaded);
  print_err(
      format("firedrill: error: the drill {} cannot be worked\n      = help: `firedrill drill --check` says why, "
             "and gives it away\n",
             file.drill.name));
  return std::nullopt;
}

// For people. What they gave up before the end stands in the transcript, where one is written.
int play_console(const Options& options, console::Game& game) {
  const double speed = speed_of(options);
  if (!options.json) welcome(game, speed);
  std::optional<SignalsHeld> held(std::in_place);  // behind the end of the drill what it came to is written, too
  const bool ended = run_console(game, {.json = options.json, .speed = speed});
  const ExitCode wrote = write_transcript(options, game);
  if (!game.over()) held.reset();
  if (interrupted() && !game.over()) return wrote == kPassed ? kInterrupted : wrote;
  if (!ended && !options.transcript.empty()) {
    // Whoever goes on with it later is not told yet what was wrong.
    if (!options.json && wrote == kPassed) {
      print_out(format("\nthe input has ended; `{}` goes on\n", printable(resume_of(options))));
    }
    return wrote;
  }
  if (!ended && !options.json) {
    print_out("\nthe input has ended, and the drill with it; what it came to is reckoned now\n");
  }
  const console::Game::Result result = game.result();
  const console::Debriefing after = console::debriefing_of(game.drill(), game.options(), result);
  options.json ? print_data(write_json(after.data, JsonStyle::compact) + "\n") : print_out("\n" + after.text);
  if (wrote != kPassed) return wrote;
  const ExitCode kept = write_record(options, game.drill(), game.transcript(), result);
  return kept == kPassed && interrupted() ? kInterrupted : kept;
}

int play(Options& options, const console::DrillFile& file, const std::optional<console::Transcript>& before) {
  auto loaded = load(file, options.variant);
  if (!loaded) return kBadInput;
  if (const ExitCode code = check_places(options, *loaded->scenario); code != kPassed) return code;
  if (has_injects(options, before)) loaded->scenario = console::pages::with_injects(*loaded->scenario);
  console::Game game(loaded->drill, loaded->scenario, game_options(options, file.drill));
  if (before) {
    if (const auto done = console::replay(*before, game); !done) {
      print_err(format("firedrill: error: {}: {}\n      = help: begin the drill anew\n", printable(options.resume),
                       printable(done.error())));
      return kBadInput;
    }
  }
  options.bounds.stop();  // people take their time
  const bool by_program = options.mcp || options.serve || options.web;
  return by_program ? play_program(options, file, *loaded, game) : play_console(options, game);
}

// An end that is asked for ends the drills that are on; the table is of those that were over by then.
std::vector<console::SuiteRow> run_suite(const Options& options, std::span<const console::DrillFile> drills) {
  console::SuiteOptions suite{.agent = options.agent,
                              .keeps_agents = options.keep_agents,
                              .seeds = options.seeds,
                              .jobs = options.jobs,
                              .bounds = {.patience = from_seconds(options.patience_s), .stop = interrupted}};
  on_leaving(&console::AgentProcess::end_all);
  const SignalsHeld held;
  return console::run_suite(drills, suite);
}

bool in_trouble(const console::SuiteRow& row) {
  return !row.run.trouble.empty();
}

int work_suite(Options& options, std::vector<console::DrillFile> drills) {
  if (options.agent.empty()) {
    print_err("firedrill: error: --suite needs a program that works the drills\n      = help: --agent 'COMMAND'\n");
    return kBadInput;
  }
  if (!options.drill.empty()) {
    const console::DrillFile* only = named(drills, options.drill);
    if (only == nullptr) return kBadInput;
    drills = {console::DrillFile(*only)};
  }
  options.bounds.wait_for_others();
  const std::vector<console::SuiteRow> rows = run_suite(options, drills);
  if (options.bounds.exceeded()) return kBadInput;
  const std::size_t all = drills.size() * static_cast<std::size_t>(options.seeds);
  if (!rows.empty()) options.json ? print_data(suite_json(rows)) : print_out(suite_table(rows));
  if (rows.size() < all) print_err(format("firedrill: {} of {} drills were over by then\n", rows.size(), all));
  if (const ExitCode wrote = write_transcripts(options.transcript, options.force, rows); wrote != kPassed) return wrote;
  const bool whole = std::ranges::all_of(rows, [](const console::SuiteRow& row) { return row.error.empty(); });
  if (!whole) return kBadInput;
  if (interrupted() || rows.empty() || !std::ranges::all_of(rows, in_trouble)) return kPassed;
  print_err("firedrill: error: the agent got into trouble in every drill, and none says anything of it\n");
  return kFailed;
}

// Whether what was asked for is what the transcript was made with. The error is told.
bool agrees(const Options& options, const console::Transcript& before, const std::string& asked_price) {
  const std::string price = before.price == console::Price::real ? "real" : "per-action";
  const auto differs = [&](std::string_view option, const std::string& asked, const std::string& is) {
    print_err(
        format("firedrill: error: {} is of {} {}, and not of {}\n      = help: leave {} away with --resume, or begin "
               "the drill anew\n",
               printable(options.resume), option.substr(2), is, asked, option));
    return false;
  };
  if (options.asked_seed && *options.asked_seed != before.seed)
    return differs("--seed", format("{}", *options.asked_seed), format("{}", before.seed));
  if (options.asked_variant && *options.asked_variant != before.variant)
    return differs("--variant", format("{}", *options.asked_variant), format("{}", before.variant));
  if (!asked_price.empty() && asked_price != price) return differs("--price", asked_price, price);
  return true;
}

int run(Options& options) {
  if (options.kinds) return list_kinds();
  if (options.mcp + options.serve + options.web > 1) {
    print_err(
        "firedrill: error: --web, --mcp and --serve are ways to work one drill\n      = help: give one of them\n");
    return kBadInput;
  }
  if (!options.log.empty() && !options.web) {
    print_err("firedrill: error: --log keeps the drills that are worked in pages\n      = help: add --web\n");
    return kBadInput;
  }
  if (options.suite.empty() && (!options.agent.empty() || options.keep_agents)) {
    print_err("firedrill: error: --agent works the drills of a folder\n      = help: --suite scenarios\n");
    return kBadInput;
  }
  if (options.surprise && !options.resume.empty()) {
    print_err("firedrill: error: --surprise picks a drill, and --resume has one\n      = help: give one of them\n");
    return kBadInput;
  }
  options.variant = options.asked_variant.value_or(0);
  options.seed = options.asked_seed.value_or(1);
  const std::string asked_price = options.price;
  complete(options);
  options.bounds.start();
  std::optional<console::Transcript> before;
  if (!options.resume.empty()) {
    before = resumed(options);
    if (!before) return kBadInput;
    if (!options.drill.empty() && options.drill != before->drill) {
      print_err(
          format("firedrill: error: {} is a transcript of {}, and not of {}\n      = help: --resume needs no name\n",
                 printable(options.resume), printable(before->drill), printable(options.drill)));
      return kBadInput;
    }
    if (!agrees(options, *before, asked_price)) return kBadInput;
    options.drill = before->drill;
    options.variant = before->variant;
    options.seed = before->seed;
    options.price = before->price == console::Price::real ? "real" : "per-action";
  }
  const auto drills = find(options);
  if (!drills) return kBadInput;
  if (options.check) return check(*drills);
  if (!options.suite.empty()) return work_suite(options, *drills);
  if (options.drill.empty() && !options.surprise) return list_drills(*drills, options.json);
  const console::DrillFile* file = options.surprise ? surprise(*drills, options) : named(*drills, options.drill);
  return file == nullptr ? kBadInput : play(options, *file, before);
}

template <typename Number>
auto number_reader(std::optional<Number>& to, Number least, const char* what) {
  return [&to, least, what](const std::string& text) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool read = error == std::errc() && end == text.data() + text.size() && number >= least;
    if (read) to = number;
    return read ? std::string() : format("'{}' is not {}", text, what);
  };
}

void declare(Arguments arguments) {
  auto options = std::make_shared<Options>();
  Options& o = *options;
  arguments.option("drill", o.drill, "the drill's code name; without one they are listed");
  arguments.option("--drills", o.drills, "folder of drills, instead of scenarios/ (may be given several times)")
      .one_at_a_time();
  arguments.flag("--surprise", o.surprise, "picks one, and a variant of it");
  arguments.option_read_by("--variant", number_reader<std::int64_t>(o.asked_variant, 0, "a whole number of 0 or more"),
                           "draws targets, times, sizes and names anew; 0: as it was written (default: 0)");
  arguments.option_read_by("--seed", number_reader<std::uint64_t>(o.asked_seed, 0, "a whole number of 0 or more"),
                           "of all chance; the same seed and the same commands give the same drill (default: 1)");
  arguments
      .option("--price", o.price,
              "what thinking costs: per-action, so much for each command (default); real: as long as it takes (default "
              "with --web)")
      .one_of({"per-action", "real"});
  arguments
      .option("--pace", o.pace,
              "how time goes while nobody says anything: paused (default), real (default with --web), x10 or x60")
      .one_of({"paused", "real", "x10", "x60"});
  arguments.option("--transcript", o.transcript, "file to write the transcript to; of a suite a folder for them")
      .not_empty();
  arguments.option("--resume", o.resume, "goes on where a transcript ends").not_empty();
  arguments.option("--out", o.out, "folder for the record and the reports, with the people in them").not_empty();
  arguments.flag("--force", o.force, kForceHelp);
  arguments.flag("--json", o.json, "answers as JSON objects, one a line; the suite's table, the list likewise");
  arguments.flag("--web", o.web,
                 "as pages in a browser, on 127.0.0.1: for whoever works the drill, and whoever runs it");
  arguments.option("--log", o.log, "of --web: your own file over drills; each one that is over adds a line")
      .not_empty();
  arguments.flag("--mcp", o.mcp, "for a program: the Model Context Protocol over input and output");
  arguments.flag("--serve", o.serve,
                 "for programs: the APIs of Prometheus and Alertmanager, and the drill's own, on 127.0.0.1");
  arguments.option("--port", o.port, "of --web and --serve (default: any free one)").between(1, kMostPort);
  arguments.option("--control-port", o.control_port, "of the same, for who runs the drill (default: any free one)")
      .between(1, kMostPort);
  arguments.flag("--kinds", o.kinds, "the kinds of causes that a hypothesis may name");
  arguments.flag("--check", o.check, "for who writes drills: reads them all, and gives them away");
  arguments.option("--suite", o.suite, "folder of drills that a program works").not_empty();
  arguments.option("--agent", o.agent, "the program: commands a line on its standard output, answers on its input")
      .not_empty("a command");
  arguments.flag(
      "--keep-agents", o.keep_agents,
      "of a suite: a program that has worked a drill gets the first line of the next one, and is not started "
      "anew");
  arguments.option("--seeds", o.seeds, "of a suite: variants and seeds 1 to N of each drill (default: 1)")
      .between(1, 10'000);
  arguments.option("--jobs", o.jobs, "of a suite: how many drills at a time (default: as many as processors)");
  arguments
      .option(
          "--patience", o.patience_s,
          "of a suite: seconds that the program may take for a command (default: 60); for its first one, one that is "
          "started has a minute at least")
      .between(0.01, 3600);
  declare_reading(arguments, o.reads);
  o.bounds.declare(arguments);
  arguments.runs([options] { return run(*options); });
}

}  // namespace

Command drill_command() {
  return {.name = "drill", .summary = "work an incident, or have a program work many", .declare = declare};
}

}  // namespace firedrill::cli
