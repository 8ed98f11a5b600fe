#include "oncall/playbook/command.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "oncall/playbook/sentences.h"

namespace firedrill::oncall {
namespace {

using Words = std::vector<std::string>;

constexpr std::array<std::string_view, 14> kPrograms = {"kubectl", "helm",    "amtool",   "cmctl",    "certbot",
                                                        "psql",    "mysql",   "promtool", "curl",     "nslookup",
                                                        "dig",     "openssl", "istioctl", "firedrill"};
// Known to be commands, whatever they do.
constexpr std::array<std::string_view, 12> kOthers = {
    "gcloud", "aws",       "az",      "systemctl",        "ssh",   "redis-cli", "patronictl",
    "docker", "terraform", "ansible", "ansible-playbook", "argocd"};
constexpr std::array<std::string_view, 6> kLookers = {"promtool", "curl", "nslookup", "dig", "openssl", "firedrill"};

// What kubectl calls the things whose name is a service's here.
constexpr std::array<std::string_view, 12> kWorkloads = {"deployment",   "deployments", "deploy",    "statefulset",
                                                         "statefulsets", "sts",         "daemonset", "daemonsets",
                                                         "ds",           "service",     "services",  "svc"};
constexpr std::array<std::string_view, 3> kPods = {"pod", "pods", "po"};
constexpr std::array<std::string_view, 3> kNodes = {"node", "nodes", "no"};
constexpr std::array<std::string_view, 10> kVerbsThatLook = {"get",    "describe", "logs",         "top",  "explain",
                                                             "events", "version",  "cluster-info", "auth", "wait"};
constexpr std::array<std::string_view, 6> kVerbsThatConfigure = {"edit", "patch", "apply", "replace", "set", "label"};
// Their value is the next word.
constexpr std::array<std::string_view, 20> kFlagsWithValue = {
    "-n", "--namespace", "-l",         "--selector",    "-c",          "--container", "--context",
    "-f", "--filename",  "--replicas", "--to-revision", "-o",          "--output",    "--timeout",
    "-p", "--patch",     "--tail",     "--since",       "--candidate", "--cert-name"};

bool among(const auto& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

// By blanks, quotes taken off. Of a command what follows a pipe or a redirection looks at most.
enum class Language { shell, action };
Words words_of(std::string_view text, Language language = Language::shell) {
  Words words;
  std::string word;
  bool any = false;
  char quote = '\0';
  const auto end = [&] {
    if (any) words.push_back(std::exchange(word, {}));
    any = false;
  };
  for (const char c : text) {
    if (language == Language::shell && quote == '\0' && (c == '|' || c == '<' || c == '>' || c == ';' || c == '#'))
      break;
    if (c == quote && quote != '\0') {
      quote = '\0';
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
      any = true;
    } else if (quote == '\0' && (c == ' ' || c == '\t')) {
      end();
    } else {
      word += c;
      any = true;
    }
  }
  end();
  while (!words.empty() && (words.front() == "$" || words.front() == "sudo")) words.erase(words.begin());
  return words;
}

// NAME, <name>, {name}, $NAME: to be filled in by whoever reads it.
bool is_blank(std::string_view name) {
  if (name.empty() || name.find_first_of("<>{}$") != std::string_view::npos) return true;
  return std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; }) &&
         std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// A command's words without flags, and its flags.
struct Call {
  Words words;
  std::map<std::string, std::string> flags;

  std::string word(std::size_t index) const { return index < words.size() ? words[index] : std::string(); }
};

Call call_of(const Words& all) {
  Call call;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string& word = all[i];
    if (!word.starts_with('-') || word == "-") {
      call.words.push_back(word);
    } else if (const std::size_t equal = word.find('='); equal != std::string::npos) {
      call.flags[word.substr(0, equal)] = word.substr(equal + 1);
    } else if (among(kFlagsWithValue, word) && i + 1 < all.size()) {
      call.flags[word] = all[++i];
    } else {
      call.flags[word] = "";
    }
  }
  return call;
}

// "deployment/checkout", or "deployment checkout": puts it where it belongs.
void name_target(const Call& call, std::size_t index, Command& command) {
  std::string kind = call.word(index);
  std::string name = call.word(index + 1);
  if (const std::size_t slash = kind.find('/'); slash != std::string::npos) {
    name = kind.substr(slash + 1);
    kind.resize(slash);
  }
  if (is_blank(name)) return;
  if (among(kWorkloads, kind)) command.service = name;
  if (among(kPods, kind)) command.pod = name;
  if (among(kNodes, kind)) command.node = name;
}

void take_flag(const Call& call, std::string_view flag, std::string_view short_flag, std::string_view name,
               Command& command) {
  for (const std::string_view each : {flag, short_flag}) {
    const auto found = call.flags.find(std::string(each));
    if (found == call.flags.end()) continue;
    if (is_blank(found->second)) {
      command.has_blanks = true;
    } else {
      command.parameters[std::string(name)] = found->second;
    }
  }
}

// Whether it is said what it is done to: a name, a blank in its place, or what picks some. `index`: of the kind;
// "deployment" alone names nothing.
bool says_what(const Call& call, std::size_t index) {
  constexpr std::array<std::string_view, 6> kPickers = {"-l", "--selector", "-f", "--filename", "--all", "-k"};
  if (std::ranges::any_of(kPickers, [&](std::string_view each) { return call.flags.contains(std::string(each)); })) {
    return true;
  }
  const std::string kind = call.word(index);
  if (kind.empty()) return false;
  const bool bare = among(kWorkloads, kind) || among(kPods, kind) || among(kNodes, kind);
  return !bare || !call.word(index + 1).empty();
}

std::optional<Command> of_rollout(const Call& call, Command command) {
  const std::string verb = call.word(2);
  if ((verb == "undo" || verb == "restart") && !says_what(call, 3)) return std::nullopt;
  name_target(call, 3, command);
  if (verb == "undo") {
    command.remedy = Remedy::rollback;
    take_flag(call, "--to-revision", "--to-revision", "to_revision", command);
  }
  if (verb == "restart") command.remedy = Remedy::restart;
  if (command.remedy || verb == "status" || verb == "history") return command;
  return std::nullopt;
}

std::optional<Command> of_kubectl(const Call& call) {
  const std::string verb = call.word(1);
  Command command;
  take_flag(call, "--namespace", "-n", "namespace", command);
  if (verb == "rollout") return of_rollout(call, std::move(command));
  if (verb == "scale") {
    if (!says_what(call, 2)) return std::nullopt;
    command.remedy = Remedy::scale;
    name_target(call, 2, command);
    take_flag(call, "--replicas", "--replicas", "replicas", command);
    return command;
  }
  if (verb == "delete" && among(kPods, std::string_view(call.word(2)).substr(0, call.word(2).find('/')))) {
    command.remedy = Remedy::restart;
    name_target(call, 2, command);
    return command;
  }
  if (verb == "drain" || verb == "cordon") {
    if (!says_what(call, 2)) return std::nullopt;
    command.remedy = Remedy::drain;
    if (!is_blank(call.word(2))) command.node = call.word(2);
    return command;
  }
  if (among(kVerbsThatLook, verb)) {
    // Logs and descriptions are of a pod, if nothing else is said.
    name_target(call, 2, command);
    if (verb == "logs" && call.word(2).find('/') == std::string::npos && !is_blank(call.word(2))) {
      command.pod = call.word(2);
    }
    return command;
  }
  if (among(kVerbsThatConfigure, verb)) {
    command.remedy = Remedy::fix_config;
    name_target(call, verb == "set" ? 3 : 2, command);
    return command;
  }
  return std::nullopt;
}

// amtool silence add alertname=X …
std::optional<Command> of_amtool(const Call& call) {
  if (call.word(1) != "silence" || call.word(2) != "add") return Command{};
  Command command{.remedy = Remedy::silence};
  for (std::size_t i = 3; i < call.words.size(); ++i) {
    constexpr std::string_view kName = "alertname=";
    if (call.words[i].starts_with(kName)) command.alert = call.words[i].substr(kName.size());
  }
  if (is_blank(command.alert)) command.alert.clear();
  return command;
}

// Ends a query, or looks.
std::optional<Command> of_database(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const std::string_view each : {"pg_terminate_backend", "pg_cancel_backend", "kill query", "kill "}) {
    if (lower.contains(each)) return Command{.remedy = Remedy::kill_query};
  }
  if (lower.contains("select") || lower.contains("show ")) return Command{};
  return std::nullopt;
}

}  // namespace

namespace {

// patronictl failover CLUSTER --candidate POD: the cluster's name is Patroni's own.
Command failover_to(const Call& call) {
  Command command{.remedy = Remedy::failover};
  const auto candidate = call.flags.find("--candidate");
  if (candidate != call.flags.end() && !is_blank(candidate->second)) command.pod = candidate->second;
  return command;
}

// cmctl renew NAME, certbot renew --cert-name NAME.
Command renewal_of(const Call& call) {
  Command command{.remedy = Remedy::renew_certificate};
  const auto flag = call.flags.find("--cert-name");
  const std::string name = flag != call.flags.end() ? flag->second : call.word(2);
  if (!is_blank(name)) command.certificate = name;
  return command;
}

}  // namespace

bool begins_like_command(std::string_view text) {
  const Words words = words_of(text);
  return words.size() > 1 && (among(kPrograms, words.front()) || among(kOthers, words.front()));
}

std::optional<Command> read_command(std::string_view text) {
  const Words words = words_of(text);
  if (words.size() < 2) return std::nullopt;
  const Call call = call_of(words);
  const std::string& program = words.front();
  if (program == "kubectl") return of_kubectl(call);
  if (program == "amtool") return of_amtool(call);
  if (program == "psql" || program == "mysql") return of_database(text);
  if (among(kLookers, program)) return Command{};
  if (program == "helm") {
    if (call.word(1) == "status" || call.word(1) == "history" || call.word(1) == "list") return Command{};
    if (call.word(1) != "rollback" || call.word(2).empty()) return std::nullopt;
    return Command{.remedy = Remedy::rollback, .service = is_blank(call.word(2)) ? std::string() : call.word(2)};
  }
  if (program == "patronictl" && (call.word(1) == "failover" || call.word(1) == "switchover")) {
    return failover_to(call);
  }
  if (program == "patronictl" && call.word(1) == "list") return Command{};
  if ((program == "cmctl" || program == "certbot") && call.word(1) == "renew") {
    return renewal_of(call);
  }
  if (program == "cmctl" && (call.word(1) == "status" || call.word(1) == "inspect")) return Command{};
  return std::nullopt;
}

namespace {

// As Kubernetes takes names of services and nodes.
bool is_name(std::string_view text) {
  const auto inner = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  const auto outer = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && outer(text.front()) && outer(text.back()) && std::ranges::all_of(text, inner);
}

bool is_severity(std::string_view text) {
  return text.size() == 2 && text[0] == 'P' && text[1] >= '0' && text[1] <= '3';
}

std::string_view example_of(RemedyTarget target) {
  switch (target) {
    case RemedyTarget::service:
      return "name one service behind the action: `- Action: restart web`";
    case RemedyTarget::node:
      return "name one node behind the action: `- Action: drain node-1`";
    case RemedyTarget::alert:
      return "name one alert behind the action: `- Action: silence TargetDown for=1h`";
    case RemedyTarget::severity:
      return "expected P0, P1, P2 or P3: `- Action: declare P1`";
  }
  std::unreachable();
}

class ActionReader {
 public:
  explicit ActionReader(Remedy remedy) : target_(spec_of(remedy).target) { command_.remedy = remedy; }

  void take(const std::string& word) {
    if (!wrong_.empty()) return;
    if (const std::size_t equal = word.find('='); equal != std::string::npos) {
      take_argument(word.substr(0, equal), word.substr(equal + 1));
    } else {
      take_target(word);
    }
  }

  ActionText finish() {
    if (wrong_.empty() && done_to_.empty()) {
      say(format("the action {} does not say what it is done to", to_string(*command_.remedy)));
    }
    if (!wrong_.empty()) return {.command = std::nullopt, .unknown = {}, .wrong = wrong_, .remedy = remedy_};
    return {.command = std::move(command_)};
  }

 private:
  void say(std::string wrong, std::string_view remedy = {}) {
    wrong_ = std::move(wrong);
    remedy_ = remedy.empty() ? example_of(target_) : remedy;
  }

  void take_argument(const std::string& name, const std::string& value) {
    if (name.empty()) return say(format("'={}' has no name", value), "write name=value");
    if (value.empty()) return say(format("'{}=' has no value", name), "write name=value");
    if (!names_.insert(name).second) return say(format("'{}' is given twice", name), "give it once");
    if (is_blank(value)) {
      command_.has_blanks = true;
    } else {
      command_.parameters[name] = value;
    }
  }

  void take_target(const std::string& word) {
    if (!done_to_.empty()) {
      return say(format("'{}' stands behind '{}', and an action is done to one thing", word, done_to_));
    }
    done_to_ = word;
    switch (target_) {
      case RemedyTarget::service:
        return keep(command_.service, word, is_name(word), "a service");
      case RemedyTarget::node:
        return keep(command_.node, word, is_name(word), "a node");
      case RemedyTarget::alert:
        return keep(command_.alert, word, is_alert_name(word), "an alert");
      case RemedyTarget::severity:
        if (!is_severity(word)) return say(format("'{}' is no severity", word));
        command_.parameters["severity"] = word;
    }
  }

  void keep(std::string& name, const std::string& word, bool good, std::string_view what) {
    if (is_blank(word)) return;
    if (!good) return say(format("'{}' is no name of {}", word, what));
    name = word;
  }

  RemedyTarget target_;
  Command command_;
  std::string done_to_;
  std::set<std::string, std::less<>> names_;
  std::string wrong_;
  std::string remedy_;
};

}  // namespace

ActionText read_action(std::string_view text) {
  const Words words = words_of(text, Language::action);
  if (words.empty()) return {};
  const auto remedy = parse_remedy(words.front());
  if (!remedy) return {.command = std::nullopt, .unknown = words.front()};
  ActionReader reader(*remedy);
  for (std::size_t i = 1; i < words.size(); ++i) reader.take(words[i]);
  return reader.finish();
}

}  // namespace firedrill::oncall
