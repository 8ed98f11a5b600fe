// A checkout that charges through a payment service: a program under test, which knows nothing of firedrill.
//
// Usage: checkout PORT PAYMENT_PORT [naive]
//
// It waits a third of a second for payment at most, stops asking for a second after five failures in a row, and takes
// an order all the same: the charge is made later. The naive one waits two seconds, and has no answer without payment.
#include <httplib.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kFailures = 5;  // in a row, after which payment is left alone

class Metrics {
 public:
  void count(const std::string& name, const std::string& labels) {
    const std::scoped_lock lock(mutex_);
    ++counters_[name][labels];
  }
  std::string text() const {
    std::string out;
    const std::scoped_lock lock(mutex_);
    for (const auto& [name, series] : counters_) {
      out += "# HELP " + name + " So many.\n# TYPE " + name + " counter\n";
      for (const auto& [labels, value] : series) out += name + "{" + labels + "} " + std::to_string(value) + "\n";
    }
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, long>> counters_;
};

class Payment {
 public:
  Payment(int port, bool naive, Metrics& metrics) : port_(port), naive_(naive), metrics_(metrics) {}

  bool charge() {
    if (!naive_ && is_left_alone()) return told("circuit_open");
    httplib::Client line("127.0.0.1", port_);
    const auto timeout = std::chrono::milliseconds(naive_ ? 2000 : 300);
    line.set_connection_timeout(timeout);
    line.set_read_timeout(timeout);
    const auto answer = line.Post("/charge");
    const bool success = answer && answer->status < 400;
    remember(success);
    if (success) return told("success");
    if (answer) return told("error");
    if (answer.error() == httplib::Error::ConnectionTimeout || answer.error() == httplib::Error::Read) {
      return told("timeout");
    }
    return told(answer.error() == httplib::Error::Connection ? "refused" : "reset");
  }

 private:
  bool told(const std::string& outcome) {
    metrics_.count("dependency_requests_total", "dependency=\"payment\",outcome=\"" + outcome + "\"");
    return outcome == "success";
  }
  bool is_left_alone() {
    const std::scoped_lock lock(mutex_);
    return Clock::now() < until_;
  }
  void remember(bool success) {
    const std::scoped_lock lock(mutex_);
    failures_ = success ? 0 : failures_ + 1;
    if (failures_ < kFailures) return;
    failures_ = 0;
    until_ = Clock::now() + std::chrono::seconds(1);
  }

  int port_;
  bool naive_;
  Metrics& metrics_;
  std::mutex mutex_;
  int failures_ = 0;
  Clock::time_point until_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 2;
  const bool naive = count > 3 && std::string(arguments[3]) == "naive";
  Metrics metrics;
  Payment payment(std::atoi(arguments[2]), naive, metrics);
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(64); };
  server.Post("/checkout", [&](const httplib::Request&, httplib::Response& response) {
    const bool charged = payment.charge();
    response.status = naive && !charged ? 503 : 200;
    metrics.count("http_requests_total",
                  "code=\"" + std::to_string(response.status) + "\",method=\"POST\",route=\"/checkout\"");
    response.set_content(charged ? "{\"charged\": true}\n" : "{\"charged\": false}\n", "application/json");
  });
  server.Get("/metrics", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(metrics.text(), "text/plain; version=0.0.4");
  });
  for (const char* path : {"/health/live", "/health/ready"}) {
    server.Get(path, [](const httplib::Request&, httplib::Response& response) {
      response.set_content("{\"status\": \"ok\"}\n", "application/json");
    });
  }
  return server.listen("127.0.0.1", std::atoi(arguments[1])) ? 0 : 1;
}
