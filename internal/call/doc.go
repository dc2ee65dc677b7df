// Package call turns the AMI events of one server into calls as people know
// them: who calls whom, who is rung, which diversion led where, who answered,
// why it ended.
//
// A call is all channels with one Linkedid. That holds through Local channels
// that go out of the way, Redirect, transfer, queues and parking; a call ends
// when its last channel is gone, whatever channel that is. When channels of two
// calls are joined, Asterisk gives all channels of the bridge the older
// Linkedid (ast_bridge_channel_update_linkedids in main/bridge_channel.c, called
// for bridges of type basic) and tells so only with their next events; here the
// two calls become one at once, and the other ends as merged.
//
// # Order of events
//
// Every state change of a channel is published to that channel's topic with
// the channel locked (ast_channel_publish_snapshot in main/stasis_channels.c),
// every entering and leaving to the bridge's topic with the bridge locked
// (main/stasis_bridges.c), and all topics are forwarded to one subscription of
// the manager, which keeps their order (main/manager.c, main/stasis.c). So:
//
//   - events that name the same channel, in whatever role, come in the order in
//     which they happened, and so do those that name the same bridge; the two
//     halves of a Local channel count as one channel, since each follows what
//     was handed to it by the other;
//   - Newchannel of a channel that is dialled comes after what its dialler did
//     before;
//   - a Newstate of a channel being dialled comes before or after the DialBegin
//     and DialState that name it as their destination: one is published by the
//     thread of the dialler, the other by that of the phone. The recordings have
//     both orders;
//   - BlindTransfer, AttendedTransfer, Pickup, ParkedCall and its kin are reports
//     of the thread that did it, and come later than the first events of what
//     they led to, or earlier; OriginateResponse comes before or after the Hangup
//     of its channel;
//   - events of different channels and bridges come in any order, as far as
//     their threads ran at the same time;
//   - Cdr has a thread of its own (main/cdr.c) and comes before or after the
//     Hangup of its channel. It is not needed and not read.
//
// Every order that these rules allow gives the same calls; only times differ.
package call
