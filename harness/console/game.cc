#include "console/game.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "base/duration.h"
#include "base/hash.h"
#include "base/text/escape.h"
#include "base/text/format.h"
#include "base/version.h"
#include "console/facilitator.h"
#include "console/line/command_table.h"
#include "console/line/drill_lines.h"
#include "console/line/help.h"
#include "console/line/turn.h"
#include "console/own_steps.h"
#include "console/worked.h"
#include "notify/matcher/matcher.h"

namespace firedrill::console {
namespace {

constexpr Duration kLookEvery = 15s;       // at whether somebody has been paged
constexpr Duration kBeyondTheEnd = 15min;  // that a wait may ask for
constexpr std::size_t kMostNews = 50;      // in one answer
constexpr std::size_t kKeepEvery = 10;     // steps
constexpr std::size_t kMostKept = 12;
constexpr std::size_t kMostLeft = 20;  // lines in the report: each is a run of its own

// Where a line of the drill stands.
struct Stand {
  std::unique_ptr<Session> session;
  Book book;
  std::vector<Step> steps;
  std::size_t told = 0;        // news
  std::size_t interfered = 0;  // of a line that the drill is held against: of what was let happen, how much has

  Stand copy() const { return {std::make_unique<Session>(*session), book, steps, told, interfered}; }
};

// Whether the line asks for evidence, and changes nothing.
bool looks(std::string_view line) {
  const ReadLine read = read_line(line);
  return read.spec != nullptr && read.spec->trace == Trace::Kind::look && read.spec->traced;
}

std::string_view first_word(std::string_view line) {
  return take_word(line);
}

bool rewinds(std::string_view line) {
  return first_word(line) == "rewind";
}

// Whether it may reach services. A severity is declared through their door, too.
bool touches(const CommandSpec& spec) {
  return spec.trace == Trace::Kind::act || spec.name == "severity";
}

// Whether what comes of it is other than if nobody had said it: it may reach services or people.
bool disturbs(const CommandSpec& spec) {
  return spec.trace == Trace::Kind::act || spec.trace == Trace::Kind::people || spec.trace == Trace::Kind::tell;
}

constexpr std::string_view kFacilitator = "facilitator";

}  // namespace

struct Game::Impl {
  Impl(std::shared_ptr<const Drill> of, std::shared_ptr<const scenario::LoadedScenario> scenario, Options how)
      : drill(std::move(of)), options(std::move(how)) {
    base.session = std::make_unique<Session>(
        std::move(scenario),
        Session::Options{.seed = options.seed,
                         .records = options.records,
                         .command = options.command,
                         .drill = record::DrillRecord{.name = drill->name, .variant = options.variant}});
    now = base.copy();
    undisturbed = base.session->pages().empty();
  }

  // Carries out a line and writes down that it was.
  Answer carry_out(Stand& stand, std::string_view text) {
    const Time at = stand.session->now();
    Answer answer = answer_to(stand, text);
    stand.steps.push_back({.at = at,
                           .line = std::string(text),
                           .ok = answer.ok,
                           .after = stand.session->now(),
                           .digest = sha256_hex(answer.text)});
    return answer;
  }

  // Writes down that something was looked at which a form has answered by itself.
  static Step look(Stand& stand, std::string_view text) {
    const Time at = stand.session->now();
    stand.book.traces.push_back({at, Trace::Kind::look, std::string(text)});
    return stand.steps.emplace_back(Step{.at = at, .line = std::string(text), .ok = true, .after = at, .digest = {}});
  }

  // Whether the newest steps are such looks, and one of them is of this command at this time.
  bool has_looked(std::string_view text) const {
    for (const Step& step : now.steps | std::views::reverse) {
      if (!step.by.empty()) continue;
      if (!is_look(step) || step.at != now.session->now()) return false;
      if (first_word(step.line) == first_word(text)) return true;
    }
    return false;
  }

  // Carries out what whoever runs the drill does, and writes down that it was.
  static Answer facilitate(Stand& stand, std::string_view text) {
    const Time at = stand.session->now();
    Answer answer = interfere(*stand.session, text);
    stand.steps.push_back({.at = at,
                           .line = std::string(text),
                           .ok = answer.ok,
                           .after = at,
                           .digest = sha256_hex(answer.text),
                           .by = std::string(kFacilitator)});
    return answer;
  }

  // A step that was taken before.
  void redo(Stand& stand, const Step& step) {
    if (!step.by.empty()) return static_cast<void>(facilitate(stand, step.line));
    if (passed_by_itself(step)) {
      go_on(stand, step.after);
      return static_cast<void>(stand.steps.emplace_back(step));
    }
    is_look(step) ? static_cast<void>(look(stand, step.line)) : static_cast<void>(carry_out(stand, step.line));
  }

  Answer answer_to(Stand& stand, std::string_view text) {
    const ReadLine line = read_line(text);
    if (line.spec == nullptr) {
      return refused(format("there is no command '{}'", line.word),
                     nearest_or(line.word, command_names(), "`help` lists them"));
    }
    const CommandSpec& spec = *line.spec;
    if (spec.usage.empty() && !line.rest.empty()) {
      return refused(format("`{}` takes nothing behind it", spec.name), format("say `{}`", spec.name));
    }
    if (spec.misfit != nullptr) {
      if (auto wrong = spec.misfit({*stand.session, stand.book, *drill, line.rest})) return *std::move(wrong);
    }
    const Duration price = std::chrono::seconds(spec.price_s);
    if (options.price == Price::per_action) go_on(stand, stand.session->now() + price);
    const Time acted = stand.session->now();
    if (&stand == &now && disturbs(spec)) undisturbed = false;
    if (&stand == &now && touches(spec)) untouched = false;
    Answer answer = run(stand, spec, line.rest);
    if (answer.ok && (spec.traced || spec.trace != Trace::Kind::look)) {
      // What looks or tells stands by the name of its command, however it was written (kubectl get pods).
      stand.book.traces.push_back({acted, spec.trace,
                                   spec.trace == Trace::Kind::act ? std::string(text)
                                   : line.rest.empty()            ? std::string(spec.name)
                                                                  : format("{} {}", spec.name, line.rest)});
    }
    return answer;
  }

  Answer run(Stand& stand, const CommandSpec& spec, std::string_view rest) {
    // Where there is nothing to be seen nothing is looked at.
    if (spec.trace == Trace::Kind::look && spec.run != nullptr && !stand.session->watched()) return said({});
    if (spec.run != nullptr) {
      Turn turn{*stand.session, stand.book, *drill, rest};
      return spec.run(turn);
    }
    if (spec.name == "help") return help();
    if (spec.name == "wait" || spec.name == "next") return wait(stand, rest, spec.name == "next");
    if (spec.name == "steps") return list_steps(stand.steps);
    if (spec.name == "hint") return hint(stand.book, *drill);
    if (spec.name == "finish") {
      stand.book.closed_at = stand.session->now();
      return said("the drill is over\n");
    }
    return refused(format("'{}' cannot be done here", spec.name), "");
  }

  Answer wait(Stand& stand, std::string_view rest, bool for_news) {
    const auto time = waiting_time(rest, for_news);
    if (rest.empty() && !time)
      return refused("how long is not said", "wait 30s, wait 5m, wait 1h; `next` waits for something");
    if (!time) return refused(format("'{}' is no time that can go by", rest), "wait 30s, wait 5m, wait 1h");
    const Duration remaining = stand.session->end() - stand.session->now();
    // Nobody ends a drill by a slip of the hand. Who looks again every few minutes gets to its end.
    if (!for_news && *time > remaining + kBeyondTheEnd) {
      return refused(
          format("the drill ends at {}, before so much time has gone by", format_clock(stand.session->end())),
          "wait less; `finish` says that it is over");
    }
    const Time until = stand.session->now() + std::min(*time, remaining);
    for_news ? go_on_to_news(stand, until) : go_on(stand, until);
    return said({});
  }

  // Time goes on. Of the line that is worked a copy is kept as it stands when somebody has first been paged, if nothing
  // was done before that could have made a difference: what comes without anybody begins there (first_page()).
  void go_on(Stand& stand, Time until) {
    while (&stand == &now && watches_for_page() && next_look() <= until && !stand.session->over()) {
      stand.session->advance_to(next_look());
      look_for_page();
    }
    stand.session->advance_to(until);
  }

  // The same, but no longer than to what is new.
  void go_on_to_news(Stand& stand, Time until) {
    const std::size_t known = stand.session->news().size();
    while (stand.session->now() < until && stand.session->news().size() == known && !stand.session->over()) {
      go_on(stand, std::min(until, stand.session->now() + kLookEvery));
    }
  }

  bool watches_for_page() const { return undisturbed && paged == nullptr; }

  // It is looked at the same times, whatever is done meanwhile.
  Time next_look() const {
    const Time from = base.session->now();
    return from + ((now.session->now() - from) / kLookEvery + 1) * kLookEvery;
  }

  void look_for_page() {
    const std::size_t news = now.session->news().size();
    if (std::exchange(news_looked_at, news) == news || now.session->pages().empty()) return;
    paged = std::make_unique<Session>(*now.session);
  }

  bool is_over(const Stand& stand) const { return stand.book.closed_at.has_value() || stand.session->over(); }

  Answer rewind(std::string_view rest) {
    if (!options.rewinds) return refused("nothing is taken back in this drill", "go on from where it stands");
    const auto to = own_step_named(now.steps, rest, base.session->now(), now.session->now());
    if (!to)
      return refused(format("there is no step '{}' to go back to", rest), "`steps` lists them: rewind 4, rewind 14:12");
    if (left.size() == kMostLeft) {
      left.erase(left.begin());
      left_at.erase(left_at.begin());
    }
    left.push_back(now.steps);
    left_at.push_back(to->number);
    const std::size_t hints = now.book.hints;
    const int hint_price = now.book.hint_price;
    now = stand_before(to->first);
    // Who has been given a hint knows it still.
    now.book.hints = std::max(now.book.hints, hints);
    now.book.hint_price = std::max(now.book.hint_price, hint_price);
    return said(format("it is {} again; what was done since stands beside it in the report\n",
                       format_clock(now.session->now())));
  }

  // As it stood when so many steps of the line had been taken.
  Stand stand_before(std::size_t count) {
    std::erase_if(kept, [&](const Stand& each) { return each.steps.size() > count; });
    Stand stand = kept.empty() ? base.copy() : kept.back().copy();
    const std::vector<Step> done(now.steps.begin(), now.steps.begin() + static_cast<std::ptrdiff_t>(count));
    for (std::size_t i = stand.steps.size(); i < count; ++i) redo(stand, done[i]);
    stand.told = stand.session->news().size();
    return stand;
  }

  void keep() {
    if (!options.rewinds || now.steps.empty() || now.steps.size() % kKeepEvery != 0) return;
    if (kept.size() == kMostKept) kept.erase(kept.begin());
    kept.push_back(now.copy());
  }

  std::vector<News> fresh_news() {
    const auto all = now.session->news();
    const std::size_t from = std::max(now.told, all.size() > kMostNews ? all.size() - kMostNews : 0);
    now.told = all.size();
    return {all.begin() + static_cast<std::ptrdiff_t>(std::min(from, all.size())), all.end()};
  }

  Worked work(Stand stand) const {
    if (!stand.book.closed_at) stand.session->advance_to(stand.session->end());
    return worked_of(std::move(stand));
  }

  static Worked worked_of(Stand stand) {
    Worked out;
    out.pages = stand.session->pages();
    out.lapses = stand.session->lapses();
    out.finished = stand.session->finish();
    out.requests = stand.session->requests().all;
    out.lost = stand.session->requests().lost;
    out.book = std::move(stand.book);
    out.steps = std::move(stand.steps);
    return out;
  }

  // As it is when the first page of the drill's own comes, if nobody acts before: that which comes too where nothing is
  // let happen. What is let happen before it is not in the copy.
  Stand first_page() {
    Stand stand;
    if (paged != nullptr && !let_happen.begins_by(paged->now())) {
      stand.session = left.empty() ? std::move(paged) : std::make_unique<Session>(*paged);
      return stand;
    }
    stand = base.copy();
    while (stand.session->pages().empty() && !stand.session->over()) {
      LetHappen().go_on_to_news(*stand.session, stand.interfered);
    }
    const Time paged_at = stand.session->now();
    if (!let_happen.begins_by(paged_at)) return stand;
    stand = base.copy();
    let_happen.go_on(*stand.session, stand.interfered, paged_at);
    return stand;
  }

  // Whether anybody is paged by the end.
  bool pages_from(const Stand& from) const {
    Stand stand = from.copy();
    while (stand.session->pages().empty() && !stand.session->over()) {
      let_happen.go_on_to_news(*stand.session, stand.interfered);
    }
    return !stand.session->pages().empty();
  }

  // That nothing is done is the best response to a false alarm, and none to what was let happen in it.
  bool knows_best() const { return !drill->best.empty() && !(drill->quiet && let_happen.begins_something()); }

  Worked work_beside(Stand stand) const {
    if (!stand.book.closed_at) let_happen.go_on(*stand.session, stand.interfered, stand.session->end());
    return worked_of(std::move(stand));
  }

  // The best response that is known, its times counted from the first page.
  void take_best(Stand& stand) {
    const Time from = stand.session->now();
    for (const BestStep& step : drill->best) {
      let_happen.go_on(*stand.session, stand.interfered, from + step.after);
      if (is_over(stand)) break;
      carry_out(stand, step.line);
    }
  }

  Worked work_best(Stand stand) {
    take_best(stand);
    return work_beside(std::move(stand));
  }

  // How many requests are lost by the end, and no more: of a run that nobody watches.
  double lost_from(const Stand& from, bool best) {
    Stand stand;
    stand.session = std::make_unique<Session>(*from.session, Session::Unwatched{});
    stand.interfered = from.interfered;
    if (best) take_best(stand);
    let_happen.go_on(*stand.session, stand.interfered, stand.session->end());
    return stand.session->requests().lost;
  }

  bool best_touches() const {
    return std::ranges::any_of(drill->best, [](const BestStep& step) {
      const ReadLine line = read_line(step.line);
      return line.spec == nullptr || touches(*line.spec);
    });
  }

  // Where services were left alone they do as they would with nobody there: `alone` is what was lost there.
  Yardstick yardstick(const std::optional<double>& alone) {
    const Stand first = first_page();
    Yardstick out;
    out.pages = pages_from(first);
    if (first.session->over()) {
      out.lost_by_nobody = first.session->requests().lost;
      return out;
    }
    out.lost_by_nobody = alone ? *alone : lost_from(first, false);
    if (knows_best()) out.lost_at_best = best_touches() ? lost_from(first, true) : out.lost_by_nobody;
    return out;
  }

  // A line that was left is held against runs in which happens what was let happen on it, and not on the last one.
  Yardstick yardstick_of_left(const std::vector<Step>& steps, const Yardstick& of_last) {
    const LetHappen last = std::exchange(let_happen, LetHappen(steps));
    const Yardstick out = let_happen == last ? of_last : yardstick({});
    let_happen = last;
    return out;
  }

  std::shared_ptr<const Drill> drill;
  Options options;
  Stand base;
  Stand now;
  std::unique_ptr<Session> paged;  // when somebody was first paged, and nothing had been done; null: it is not known
  bool undisturbed = true;
  bool untouched = true;
  std::size_t news_looked_at = 0;
  std::vector<Stand> kept;  // of the line that goes on, in order of their steps
  std::vector<Step> log;
  std::vector<std::vector<Step>> left;
  std::vector<std::size_t> left_at;
  LetHappen let_happen;  // by whoever runs the drill, on the line that goes on; once it is over
};

Game::Result::Result() = default;
Game::Result::Result(Result&&) noexcept = default;
Game::Result::~Result() = default;

Game::Game(std::shared_ptr<const Drill> drill, std::shared_ptr<const scenario::LoadedScenario> scenario,
           const Options& options)
    : impl_(std::make_unique<Impl>(std::move(drill), std::move(scenario), options)) {}
Game::~Game() = default;

Answer Game::take(std::string_view line) {
  // A transcript is text, and its lines are done again as they stand there.
  const std::string given = trimmed(line).size() > kLongestLine ? std::string() : printable(line);
  const std::string_view text = trimmed(given);
  Answer answer;
  if (trimmed(line).size() > kLongestLine) {
    answer =
        refused(format("the line is longer than {} bytes", kLongestLine), "nothing of it was taken; say it shorter");
  } else if (over() && !rewinds(text)) {
    answer = refused("the drill is over", "start it again for another go");
  } else if (impl_->log.size() >= kMostSteps) {
    answer = refused(format("{} commands were taken, and no more are", kMostSteps), "`finish` is taken still");
    if (text == "finish") impl_->now.book.closed_at = impl_->now.session->now();
  } else if (!text.empty()) {
    const Time at = impl_->now.session->now();
    if (rewinds(text)) {
      std::string_view rest = text;
      take_word(rest);
      answer = impl_->rewind(rest);
    } else {
      answer = impl_->carry_out(impl_->now, text);
      impl_->keep();
    }
    impl_->log.push_back({.at = at,
                          .line = std::string(text),
                          .ok = answer.ok,
                          .after = impl_->now.session->now(),
                          .digest = sha256_hex(answer.text)});
  }
  if (!answer.data.is_object()) answer.data = json::object();
  json::object& data = answer.data.as_object();
  data["ok"] = answer.ok;
  data["now"] = format_instant(session().now());
  data["over"] = over();
  json::array news;
  std::string lines;
  for (const News& each : impl_->fresh_news()) {
    json::object one;
    one["at"] = format_instant(each.at);
    one["kind"] = each.kind;
    one["text"] = each.text;
    news.push_back(std::move(one));
    lines += format("* {} {}\n", format_clock(each.at), each.text);
  }
  data["news"] = std::move(news);
  answer.text = lines + answer.text;
  return answer;
}

std::string Game::take_news() {
  std::string lines;
  for (const News& each : impl_->fresh_news()) lines += format("* {} {}\n", format_clock(each.at), each.text);
  return lines;
}

void Game::pass(Duration time) {
  if (time <= Duration(0) || over()) return;
  Stand& stand = impl_->now;
  const Time at = stand.session->now();
  impl_->go_on_to_news(stand, std::min(at + time, stand.session->end()));
  const Duration passed = stand.session->now() - at;
  if (passed <= Duration(0)) return;
  const auto add = [&](std::vector<Step>& steps) {
    // One wait and no more, however often the clock was looked at.
    if (!steps.empty() && steps.back().line.starts_with("wait ") && steps.back().after == at &&
        steps.back().digest.empty()) {
      steps.back().after = stand.session->now();
      steps.back().line = "wait " + format_duration(steps.back().after - steps.back().at);
    } else {
      steps.push_back({.at = at,
                       .line = "wait " + format_duration(passed),
                       .ok = true,
                       .after = stand.session->now(),
                       .digest = {}});
    }
  };
  add(stand.steps);
  add(impl_->log);
}

void Game::look(std::string_view line) {
  if (over() || impl_->log.size() >= kMostSteps || !looks(line) || impl_->has_looked(line)) return;
  impl_->log.push_back(Impl::look(impl_->now, line));
  impl_->keep();
}

Answer Game::facilitate(std::string_view line) {
  const std::string text = trimmed(line).size() > kLongestLine ? std::string() : printable(trimmed(line));
  if (over()) return refused("the drill is over", "start it again for another go");
  if (text.empty())
    return refused(format("the line has {} bytes", trimmed(line).size()), format("1 to {} are read", kLongestLine));
  if (impl_->log.size() >= kMostSteps)
    return refused(format("{} commands were taken, and no more are", kMostSteps), "");
  impl_->undisturbed = impl_->untouched = false;
  Answer answer = Impl::facilitate(impl_->now, text);
  impl_->log.push_back(impl_->now.steps.back());
  impl_->keep();
  return answer;
}

void Game::reset() {
  if (!own_steps(impl_->now.steps).empty()) take("rewind 1");
}

Answer Game::add_silence(const notify::Silence& silence) {
  return take(format("silence-from {} {} {} {}", format_instant(silence.starts_at), format_instant(silence.ends_at),
                     notify::to_text(silence.matchers), silence.comment));
}

Answer Game::expire_silence(std::string_view id) {
  return take(format("unsilence {}", id));
}

const Drill& Game::drill() const {
  return *impl_->drill;
}
const Session& Game::session() const {
  return *impl_->now.session;
}
const Book& Game::book() const {
  return impl_->now.book;
}
const Game::Options& Game::options() const {
  return impl_->options;
}
bool Game::over() const {
  return impl_->is_over(impl_->now);
}
std::span<const Step> Game::steps() const {
  return impl_->now.steps;
}
std::span<const Step> Game::log() const {
  return impl_->log;
}

Game::Outcome::Outcome() = default;
Game::Outcome::Outcome(Outcome&&) noexcept = default;
Game::Outcome::~Outcome() = default;

Game::Outcome Game::outcome() {
  Outcome out;
  impl_->let_happen = LetHappen(impl_->now.steps);
  out.worked = std::make_unique<Worked>(impl_->work(std::move(impl_->now)));
  out.yardstick =
      std::make_unique<Yardstick>(impl_->yardstick(impl_->untouched ? std::optional(out.worked->lost) : std::nullopt));
  return out;
}

Game::Result Game::result() {
  Result out;
  impl_->let_happen = LetHappen(impl_->now.steps);
  Stand paged = impl_->first_page();
  if (impl_->knows_best() && !paged.session->over()) {
    out.best = std::make_unique<Worked>(impl_->work_best(paged.copy()));
  }
  out.nobody = std::make_unique<Worked>(impl_->work_beside(std::move(paged)));
  const Yardstick of_last{*out.nobody, out.best.get()};
  for (const std::vector<Step>& steps : impl_->left) {
    out.left_against.push_back(impl_->yardstick_of_left(steps, of_last));
    Stand stand = impl_->base.copy();
    for (const Step& step : steps) impl_->redo(stand, step);
    out.left.push_back(impl_->work(std::move(stand)));
  }
  out.left_at = impl_->left_at;
  out.worked = std::make_unique<Worked>(impl_->work(std::move(impl_->now)));
  return out;
}

std::string Game::transcript() const {
  json::object file;
  file["format"] = "firedrill-drill";
  file["version"] = 1;
  file["firedrill"] = kVersion;
  file["drill"] = impl_->drill->name;
  file["variant"] = impl_->options.variant;
  file["seed"] = impl_->options.seed;
  file["price"] = impl_->options.price == Price::real ? "real" : "per_action";
  json::array steps;
  for (const Step& step : impl_->log) {
    json::object one;
    one["at"] = format_instant(step.at);
    one["line"] = step.line;
    one["ok"] = step.ok;
    one["after"] = format_instant(step.after);
    one["answer_sha256"] = step.digest;
    if (!step.by.empty()) one["by"] = step.by;
    steps.push_back(std::move(one));
  }
  file["steps"] = std::move(steps);
  return write_json(file, JsonStyle::pretty);
}

}  // namespace firedrill::console
