// Packets that are lost and sent again, as TCP does over a connection that is kept: a request and its response are
// eight packets, each is lost by itself, and one that is lost is sent again after a time-out that doubles each time.
// They are on their way together, so that it is the unluckiest of them that says how late the response is.
#pragma once

#include "base/random.h"
#include "fake_services/traffic/times.h"

namespace firedrill::fake_services {

// The law of how late, where such a share of the packets is lost: a few constants, the first of them 0.
Times retransmissions(double loss);
// The same drawn packet by packet: seconds.
double draw_retransmissions(double loss, RandomStream& chance);
// And how late a new connection comes about, of which the first packet or the answer to it may be lost.
double draw_handshake(double loss, RandomStream& chance);

}  // namespace firedrill::fake_services
