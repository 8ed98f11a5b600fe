#include "fake_services/clients/exchange.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <utility>

#include "base/clock.h"
#include "http/loopback.h"

namespace firedrill::fake_services::clients {

using boost::system::error_code;

Kept::Socket Kept::take(std::uint16_t port) {
  auto& sockets = by_port_[port];
  if (sockets.empty()) return nullptr;
  Socket socket = std::move(sockets.back());
  sockets.pop_back();
  return socket;
}

void Kept::keep(std::uint16_t port, Socket socket) {
  auto& sockets = by_port_[port];
  if (sockets.size() < kMost) sockets.push_back(std::move(socket));
}

Exchange::Exchange(asio::io_context& context, Kept& kept, std::uint16_t port, const std::string& head,
                   std::string method, double intended_s, double give_up_s, Told told)
    : context_(context),
      kept_(kept),
      port_(port),
      request_(head),
      method_(std::move(method)),
      intended_s_(intended_s),
      give_up_s_(give_up_s),
      told_(std::move(told)),
      timer_(context) {}

void Exchange::begin() {
  timer_.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(
      std::chrono::duration<double>(std::max(0.0, give_up_s_ - stopwatch_seconds()))));
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error) self->end(End::given_up);
  });
  socket_ = kept_.take(port_);
  // One that the server has closed meanwhile is none.
  while (socket_ != nullptr && http::is_stale(socket_->native_handle())) socket_ = kept_.take(port_);
  reused_ = socket_ != nullptr;
  reused_ ? send() : connect();
}

void Exchange::connect() {
  socket_ = std::make_unique<asio::ip::tcp::socket>(context_);
  error_code unopened;
  socket_->open(asio::ip::tcp::v4(), unopened);
  if (unopened) return end(End::reset);
  http::set_close_on_exec(socket_->native_handle());  // processes are started meanwhile
  const asio::ip::tcp::endpoint to(asio::ip::address_v4::loopback(), port_);
  socket_->async_connect(to, [self = shared_from_this()](const error_code& error) {
    if (self->ended_) return;
    if (error) return self->end(error == asio::error::connection_refused ? End::refused : End::reset);
    error_code ignored;
    self->socket_->set_option(asio::ip::tcp::no_delay(true), ignored);
    self->send();
  });
}

void Exchange::send() {
  asio::async_write(*socket_, asio::buffer(request_),
                    [self = shared_from_this()](const error_code& error, std::size_t) {
                      if (self->ended_) return;
                      error ? self->broken(error == asio::error::broken_pipe) : self->receive();
                    });
}

void Exchange::receive() {
  socket_->async_read_some(asio::buffer(piece_), [self = shared_from_this()](const error_code& error, std::size_t got) {
    if (self->ended_) return;
    if (!error) return self->take(got);
    const bool whole = error == asio::error::eof && self->body_ && self->body_->to_the_end();
    if (!whole) return self->broken(error == asio::error::eof);
    self->head_->persistent = false;
    self->end(End::answered);
  });
}

void Exchange::take(std::size_t count) {
  std::string_view bytes(piece_.data(), count);
  if (!body_) {
    come_ += bytes;
    const auto head = http::read_response_head(come_);
    if (!head && head.error() == http::HeadFault::incomplete) return receive();
    if (!head) return end(End::reset);
    head_ = *head;
    body_ = http::BodyScanner::of_response(*head_, method_);
    bytes = std::string_view(come_).substr(head_->size);
  }
  const std::size_t taken = body_->take(bytes);
  if (body_->malformed()) return end(End::reset);
  if (!body_->complete()) return receive();
  if (taken < bytes.size()) head_->persistent = false;  // what nobody asked for
  end(End::answered);
}

// A connection that was kept may have been closed in order while the request was on its way: then nobody has seen the
// request, and it is sent once more. One that was reset was not: that has befallen the request, and is to be told.
void Exchange::broken(bool unseen) {
  if (!unseen || !reused_ || !come_.empty()) return end(End::reset);
  reused_ = false;
  connect();
}

void Exchange::end(End how) {
  if (ended_) return;
  ended_ = true;
  timer_.cancel();
  const bool kept = how == End::answered && head_->persistent;
  if (kept) kept_.keep(port_, std::move(socket_));
  error_code ignored;
  if (socket_) socket_->close(ignored);
  told_({how, how == End::answered ? head_->status : 0, stopwatch_seconds() - intended_s_});
}

}  // namespace firedrill::fake_services::clients
