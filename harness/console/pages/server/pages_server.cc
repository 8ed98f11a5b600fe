#include "console/pages/server/pages_server.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "base/clock.h"
#include "base/text/format.h"
#include "console/lesson.h"
#include "console/line/drill_lines.h"
#include "console/line/turn.h"
#include "console/pages/aftermath.h"
#include "console/pages/facilitator/facilitator_pages.h"
#include "console/pages/frame.h"
#include "console/pages/page_table.h"
#include "console/pages/panels.h"
#include "console/pages/respond.h"
#include "console/pages/server/acts.h"
#include "console/pages/server/door.h"
#include "console/pages/server/feed.h"
#include "console/pages/web_texts.h"
#include "console/server/token.h"
#include "http/loopback.h"
#include "http/server.h"
#include "reports/html/sections.h"

namespace firedrill::console::pages {
namespace {

// Each connection may have a thread: streams hold theirs, and there are fewer of these than of threads.
constexpr std::size_t kConnections = 96;
constexpr http::ServerBounds kBounds{.body = 64 * 1024,
                                     .read = std::chrono::seconds(5),
                                     .write = std::chrono::seconds(10),
                                     .idle = std::chrono::seconds(60),
                                     .connections = kConnections,
                                     .threads = kConnections};
constexpr Duration kTick = 250ms;
// Of time on the wall between two looks at it that more is none of: the machine slept, or its clock jumped.
constexpr double kLongestTickSeconds = 2;
// Of so much it is said that the drill stood still, and for how long that is said.
constexpr double kSleptSeconds = 20;
constexpr double kRemarkSeconds = 60;
// So long the drill goes on where no page is open: one that is being loaded anew.
constexpr double kWithoutPagesSeconds = 15;
constexpr Duration kScrape = 15s;

http::Response answer_json(int status, const json::value& value) {
  return {.status = status, .content_type = "application/json", .body = write_json(value, JsonStyle::compact)};
}

http::Response refused(int status, std::string_view what) {
  return answer_json(status, json::object{{"ok", false}, {"text", what}});
}

http::Response no_such_page() {
  return {.status = 404,
          .content_type = "text/html; charset=utf-8",
          .body =
              "<!DOCTYPE html><html lang=\"en\"><title>firedrill</title><main><h1>There is no such page</h1>"
              "<p><a href=\"/\">To the drill</a></p></main></html>"};
}

std::optional<int> speed_of(std::string_view pace) {
  if (pace == "pause" || pace == "paused") return 0;
  if (pace == "real") return 1;
  if (pace == "x10" || pace == "×10") return 10;
  if (pace == "x60" || pace == "×60") return 60;
  return std::nullopt;
}

// What `help` adds here: words that are the pages' own.
std::string help_of_pages() {
  return "pages:\n" + columns({{"  guide", "what is to be done next, step by step; once more: no more of it"},
                               {"  real | x10 | x60", "time goes on by itself, as fast"},
                               {"  pause", "time stands still"}});
}

std::string text_of(const json::object& body, std::string_view name) {
  const json::value* value = body.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

const WebText* web_text(std::string_view path) {
  const auto found = std::ranges::find(web_texts(), path, &WebText::path);
  return found == web_texts().end() ? nullptr : &*found;
}

http::Response web_answer(const WebText& text) {
  return {.status = 200,
          .content_type = text.path.ends_with(".js")    ? "text/javascript; charset=utf-8"
                          : text.path.ends_with(".css") ? "text/css; charset=utf-8"
                                                        : "image/svg+xml",
          .body = std::string(text.text)};
}

enum class Side { trainee, facilitator };

}  // namespace

struct PagesServer::State {
  State(DrillHost& drill, Options given, const std::array<std::string, 5>& chance)
      : host(drill),
        options(std::move(given)),
        instance(chance[0].substr(0, 16)),
        trainee("trainee", chance[1], chance[2]),
        facilitator("facilitator", chance[3], chance[4]),
        speed(options.speed),
        teaches(console::teaches(drill.game().drill())) {}

  http::Response answer(Side side, const http::Request& request);
  http::Response known(Side side, const http::Request& request);
  http::Response post(Side side, const http::Request& request);
  http::Response act(Side side, const json::object& body);
  http::Response set_pace(const json::object& body);
  Answer go_at(int pace);
  Answer guide();
  Answer said_by_trainee(const std::string& line);
  http::Response page(Side side, const http::Request& request);
  http::Response names();
  void keep_looks(std::string_view lines);

  void tick();
  void publish();
  json::object state_now() const;
  void reckon();

  DrillHost& host;
  Options options;
  std::string instance;  // of this server
  Door trainee;
  Door facilitator;
  std::shared_ptr<Feed> feed = std::make_shared<Feed>();

  std::mutex mutex;  // of all below, and of the host
  int speed;
  bool teaches;  // whether “Now” says what is to be done next
  double looked_s = stopwatch_seconds();
  double watched_s = stopwatch_seconds();  // when a page was open last
  double slept_s = slept_seconds();        // that the machine has slept
  double woken_s = 0;                      // when it was said that it had
  std::string asleep{};                    // that the machine slept, for pages
  std::uint64_t version = 1;               // of what pages show
  std::size_t epoch = 0;
  std::size_t known_news = 0;
  Time shown{};
  Acts acts;
  std::unique_ptr<Aftermath> after;
  std::vector<LoggedDrill> log;
  std::jthread reckoner;
  bool reckoning = false;

  std::atomic<bool> ended = false;
  std::unique_ptr<http::Server> trainee_server;
  std::unique_ptr<http::Server> facilitator_server;
  std::unique_ptr<Periodic> ticker;
};

// --- what pages are told ---

json::object PagesServer::State::state_now() const {
  const Game& game = host.game();
  std::size_t calling = 0, firing = 0;
  for (const Page& each : game.session().pages()) {
    calling += each.state == Page::State::calling || each.state == Page::State::unanswered ? 1U : 0U;
  }
  for (const AlertView& each : game.session().alerts()) firing += each.fires() ? 1U : 0U;
  std::string newest;
  if (const auto news = game.session().news(); !news.empty()) {
    newest = format("{} {}", format_clock(news.back().at), news.back().text);
  }
  return {{"instance", instance}, {"version", version},
          {"epoch", epoch},       {"now", format_clock(game.session().now())},
          {"over", game.over()},  {"speed", game.over() ? 0 : speed},
          {"calling", calling},   {"firing", firing},
          {"news", newest},       {"news_count", game.session().news().size()},
          {"said", asleep},       {"ended", ended.load()}};
}

void PagesServer::State::publish() {
  feed->publish(write_json(state_now(), JsonStyle::compact));
}

// --- time ---

void PagesServer::State::tick() {
  const std::scoped_lock lock(mutex);
  Game& game = host.game();
  const double now = stopwatch_seconds();
  const double passed = std::min(now - looked_s, kLongestTickSeconds);
  const double slept = slept_seconds();
  if (std::max(now - looked_s, slept - slept_s) > kSleptSeconds) {
    asleep = format("The machine slept, or firedrill was halted. The drill stood still meanwhile: it is {}.",
                    format_clock(game.session().now()));
    woken_s = now;
  }
  if (now - woken_s > kRemarkSeconds) asleep.clear();
  looked_s = now;
  slept_s = slept;
  if (feed->streams() > 0) watched_s = now;
  if (game.over() && !reckoning && after == nullptr) reckon();
  if (game.over() || speed == 0 || now - watched_s > kWithoutPagesSeconds) return publish();
  const Time until = game.session().now() + from_seconds(passed * speed);
  while (game.session().now() < until && !game.over()) {
    game.pass(until - game.session().now());
    const auto news = game.session().news();
    const bool paged = std::ranges::any_of(news.subspan(std::min(known_news, news.size())),
                                           [](const News& each) { return each.kind == "page"; });
    if (news.size() != known_news) ++version;
    known_news = news.size();
    if (!paged || speed <= 1) continue;
    speed = 1;  // who is paged has the time that people have
    break;
  }
  // Pages are made anew when something was scraped, and not for every second.
  if (game.session().now() - shown >= std::max<Duration>(kScrape, Duration(1s) * speed)) {
    shown = game.session().now();
    ++version;
  }
  publish();
}

// --- afterwards ---

void PagesServer::State::reckon() {
  reckoning = true;
  reckoner = std::jthread(
      [this, of = epoch, again = host.done_again(), drill = host.game().drill(), how = host.game().options()] {
        const std::optional<Game::Result> result = again();
        const std::scoped_lock lock(mutex);
        reckoning = false;
        auto made = std::make_unique<Aftermath>(result ? aftermath_of(drill, *result) : Aftermath{.drill = drill});
        if (result && options.log_add) {
          const std::string line = log_line(*made, how, WallClock().now()), before = options.log_text();
          const std::size_t known = read_log(before).size();
          log = read_log(before + line);
          if (log.size() > known) options.log_add(line);
        }
        // Of a line that a rewind has left meanwhile the page tells nothing.
        if (of == epoch) after = std::move(made);
        ++version;
        publish();
      });
}

// --- requests ---

http::Response PagesServer::State::answer(Side side, const http::Request& request) {
  Door& door = side == Side::trainee ? trainee : facilitator;
  http::Response response = [&]() -> http::Response {
    if (auto no = door.refuse(request, stopwatch_seconds())) return *std::move(no);
    if (request.method == "POST" && request.path == "/session") return door.open(request);
    if (request.method != "POST" && request.method != "GET") return refused(405, "pages are got, and acts posted");
    if (const WebText* text = web_text(request.path)) return web_answer(*text);
    if (request.path == "/report.css") {
      return {.status = 200, .content_type = "text/css; charset=utf-8", .body = std::string(reports::html::style())};
    }
    if (door.knows(request)) return known(side, request);
    const std::string* accepted = http::find_header(request.headers, "Accept");
    const bool person = request.method == "GET" && accepted != nullptr && accepted->contains("text/html");
    return person ? http::Response{.status = 401, .content_type = "text/html; charset=utf-8", .body = door_page()}
                  : refused(401, "there is no session: open the address that firedrill drill printed");
  }();
  protect(response);
  return response;
}

http::Response PagesServer::State::known(Side side, const http::Request& request) {
  if (request.path == "/stream") return Feed::stream(feed);
  if (request.method == "POST") return post(side, request);
  const std::scoped_lock lock(mutex);
  if (request.path == "/state") {
    watched_s = stopwatch_seconds();
    return answer_json(200, state_now());
  }
  if (request.path == "/names") return names();
  return page(side, request);
}

http::Response PagesServer::State::post(Side side, const http::Request& request) {
  if (media_type(request) != "application/json") return refused(415, "the body is JSON");
  const auto body = read_json(make_source("body", request.body));
  if (!body || !body->is_object()) return refused(400, "the body is an object");
  const std::scoped_lock lock(mutex);
  if (request.path == "/act") return act(side, body->as_object());
  if (request.path == "/pace") return set_pace(body->as_object());
  if (request.path == "/end" && side == Side::facilitator) {
    ended = true;
    publish();
    return answer_json(200, json::object{{"ok", true}, {"text", "the program ends"}});
  }
  return refused(404, "there is nothing to post to there");
}

http::Response PagesServer::State::act(Side side, const json::object& body) {
  const std::string key = format("{} {}", static_cast<int>(side), text_of(body, "key"));
  const std::string line = text_of(body, "line");
  if (text_of(body, "key").empty() || key.size() > Acts::kLongestKey || (line.empty() && !body.contains("asks"))) {
    return refused(400, "the body is {\"line\", \"key\", \"epoch\"}");
  }
  if (const std::string* before = acts.answer(key)) {
    return {.status = 200, .content_type = "application/json", .body = *before};
  }
  if (body.contains("asks")) return refused(404, "that was not done");
  const json::value* meant = body.if_contains("epoch");
  if (meant == nullptr || !meant->is_int64()) return refused(400, "the body is {\"line\", \"key\", \"epoch\"}");
  if (meant->as_int64() != static_cast<std::int64_t>(epoch)) {
    return refused(
        409, "The drill was taken back since this page was made, and nothing was done: look where it stands now.");
  }
  Game& game = host.game();
  const std::size_t news_before = game.session().news().size();
  const Answer answer = side == Side::trainee ? said_by_trainee(line) : game.facilitate(line);
  if (answer.ok && side == Side::trainee && trimmed(line).starts_with("rewind")) {
    ++epoch;
    after.reset();  // what was reckoned is of the line that was left
  }
  asleep.clear();
  known_news = game.session().news().size();
  // What nobody but whoever runs the drill knows of makes no page of the trainee's anew: theirs asks by itself.
  if (side == Side::trainee || known_news != news_before) ++version;
  std::string text = write_json(json::object{{"ok", answer.ok},
                                             {"text", answer.text},
                                             {"now", format_clock(game.session().now())},
                                             {"over", game.over()},
                                             {"epoch", epoch},
                                             {"news_count", known_news}},
                                JsonStyle::compact);
  acts.keep(key, text);
  publish();
  return {.status = 200, .content_type = "application/json", .body = std::move(text)};
}

http::Response PagesServer::State::set_pace(const json::object& body) {
  const auto asked = speed_of(text_of(body, "pace"));
  if (!asked) return refused(400, "the pace is pause, real, x10 or x60");
  const Answer answer = go_at(*asked);
  const std::string_view text = trimmed(answer.text);
  return answer.ok ? answer_json(200, json::object{{"ok", true}, {"text", text}}) : refused(409, text);
}

Answer PagesServer::State::go_at(int pace) {
  if (host.game().over()) return console::refused("The drill is over, and so is its time.", "");
  speed = pace;
  asleep.clear();
  ++version;
  publish();
  return said(speed == 0   ? std::string("time stands still\n")
              : speed == 1 ? std::string("time goes on as on the wall\n")
                           : format("time goes on, {} times as fast as on the wall\n", speed));
}

Answer PagesServer::State::guide() {
  teaches = !teaches;
  const auto next = lesson_of(host.game());
  if (!teaches || !next) return said("nothing more is taught\n");
  return said(
      format("“Now” says from here on what is to be done next; `guide` once more: no more of it\nstep {} of {}: {}\n",
             next->number, next->of, next->what));
}

// Like the line console, the pages have words of their own, which are no steps of the drill.
Answer PagesServer::State::said_by_trainee(const std::string& line) {
  const std::string_view word = trimmed(line);
  if (!host.game().over()) {
    if (const auto pace = speed_of(word)) return go_at(*pace);
    if (word == "guide") return guide();
    if (auto wrong = refused_behind_own_word(word)) return *std::move(wrong);
  }
  Answer answer = host.game().take(line);
  if (answer.ok && word == "help") answer.text += help_of_pages();
  if (answer.ok) answer.text += told_of_end(word, host.game().over());
  return answer;
}

// For completion: metrics with their types, labels, functions.
http::Response PagesServer::State::names() {
  const Session& session = host.game().session();
  json::array metrics, labels;
  std::set<std::string> all_metrics, all_labels;
  for (const promql::SeriesRef ref : session.series().select({})) {
    const model::Labels& of = session.series().labels(ref);
    all_metrics.emplace(of.metric_name());
    for (const model::Label& each : of) all_labels.insert(each.name);
  }
  for (const std::string& name : all_metrics) metrics.emplace_back(name);
  for (const std::string& name : all_labels) {
    if (name != model::kMetricName) labels.emplace_back(name);
  }
  return answer_json(200, json::object{{"metrics", std::move(metrics)}, {"labels", std::move(labels)}});
}

http::Response PagesServer::State::page(Side side, const http::Request& request) {
  const Form form = Form::of(request);
  std::string path = request.path;
  const bool mirrored = side == Side::facilitator && (path == kPastTrainee || path.starts_with("/trainee/"));
  if (mirrored) path = path.size() == kPastTrainee.size() ? "/" : path.substr(kPastTrainee.size());
  const bool own = side == Side::facilitator && !mirrored && path == "/";
  const bool open = side == Side::trainee || mirrored || path == "/after";
  // The trainee's file over drills is the trainee's own.
  const bool theirs = side == Side::facilitator && path == "/progress";
  const FoundPage found = (own || open) && !theirs ? find_page(trainee_pages(), path) : FoundPage{};
  if (found.page == nullptr) return no_such_page();
  View view{.game = host.game(), .form = form, .segments = found.segments};
  view.window = window_of(form, view.session());
  view.pace = {speed};
  if (side == Side::facilitator && !own) view.below = kPastTrainee;
  view.after = after.get();
  view.log = options.log_text && side == Side::trainee ? &log : nullptr;
  view.epoch = epoch;
  view.teaches = teaches;
  watched_s = stopwatch_seconds();
  // What is looked at by who opens a page is evidence; what a page fetches to stay fresh is not.
  const bool opened = http::find_header(request.headers, "X-Refresh") == nullptr;
  if (side == Side::trainee && opened && found.page->looks != nullptr) keep_looks(found.page->looks(view));
  Frame frame{.role = side == Side::trainee ? "trainee" : "facilitator",
              .title = own ? "What only you know" : found.page->title(view),
              .body = own ? facilitator_body(view, host.truth().as_object()) : found.page->body(view),
              .pages = side == Side::trainee ? trainee_pages() : facilitator_pages(),
              .path = mirrored ? kPastTrainee : found.page->path,
              .instance = instance,
              .version = version};
  // What it came to has the width of the screen: nothing can be done any more.
  if (side == Side::trainee && !(view.game.over() && path == "/after")) frame.beside = respond(view);
  if (side == Side::trainee) frame.lead = lesson(view);
  if (mirrored) frame.lead = mirror_bar(view, trainee_pages());
  if (side == Side::facilitator) view.below.clear();  // the list of pages is the facilitator's own
  return {.status = 200, .content_type = "text/html; charset=utf-8", .body = framed(view, frame)};
}

void PagesServer::State::keep_looks(std::string_view lines) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    host.game().look(line);
  }
}

// --- the server ---

PagesServer::PagesServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

PagesServer::~PagesServer() {
  stop();
}

std::expected<std::unique_ptr<PagesServer>, std::string> PagesServer::start(DrillHost& host, Options options) {
  std::array<std::string, 5> chance;
  for (std::string& each : chance) {
    auto made = make_token();
    if (!made) return std::unexpected(made.error());
    each = *std::move(made);
  }
  const Options given = options;
  auto made = std::make_unique<State>(host, std::move(options), chance);
  State& state = *made;
  auto pages = http::Server::bind(
      given.port, kBounds, [&state](const http::Request& request) { return state.answer(Side::trainee, request); });
  if (!pages) return std::unexpected(pages.error());
  auto others = http::Server::bind(given.facilitator_port, kBounds, [&state](const http::Request& request) {
    return state.answer(Side::facilitator, request);
  });
  if (!others) return std::unexpected(others.error());
  state.trainee.stand_at((*pages)->port());
  state.facilitator.stand_at((*others)->port());
  state.trainee_server = *std::move(pages);
  state.facilitator_server = *std::move(others);
  if (state.options.log_text) state.log = read_log(state.options.log_text());
  state.publish();
  for (http::Server* server : {state.trainee_server.get(), state.facilitator_server.get()}) {
    if (const auto listens = server->listen(); !listens) return std::unexpected(listens.error());
  }
  state.ticker = std::make_unique<Periodic>(kTick, [&state] { state.tick(); });
  if (!state.ticker->running()) return std::unexpected("the system gives no thread");
  return std::unique_ptr<PagesServer>(new PagesServer(std::move(made)));
}

std::string PagesServer::trainee_url() const {
  return format("http://{}/#token={}", http::address_of(state_->trainee_server->port()), state_->trainee.token());
}

std::string PagesServer::facilitator_url() const {
  return format("http://{}/#token={}", http::address_of(state_->facilitator_server->port()),
                state_->facilitator.token());
}

bool PagesServer::ended() const {
  return state_->ended;
}

void PagesServer::stop() {
  if (state_ == nullptr) return;
  state_->ticker.reset();
  // Whoever ends it, pages that are open are told before they lose it.
  if (!state_->ended.exchange(true)) {
    const std::scoped_lock lock(state_->mutex);
    state_->publish();
  }
  state_->feed->close();
  state_->trainee_server->stop();
  state_->facilitator_server->stop();
  if (state_->reckoner.joinable()) state_->reckoner.join();
}

}  // namespace firedrill::console::pages
