// Package call turns the AMI events of one server into calls as people know
// them: who calls whom, who is rung, which diversion led where, who answered,
// why it ended.
//
// A call is all channels with one Linkedid. That holds through Local channels
// that go out of the way, Redirect, transfer, queues and parking; a call ends
// when its last channel is gone, whatever channel that is. When channels of two
// calls are joined, Asterisk gives all channels of the bridge the older
// Linkedid (ast_bridge_channel_update_linkedids in main/bridge_channel.c, called
// by bridge_basic_push in main/bridge_basic.c) and tells so only with their next
// events; here the two calls become one at once, and the other ends as merged.
// In mixing bridges of Stasis applications, which do the same, it is seen with
// the next event of each channel; conferences join no calls.
//
// # Order of events
//
// Every state change of a channel is published to that channel's topic with
// the channel locked (ast_channel_publish_snapshot, see
// include/asterisk/stasis_channels.h), every entering and leaving to the
// bridge's topic with the bridge locked (ast_bridge_publish_enter, see
// include/asterisk/stasis_bridges.h), and these topics are forwarded to one topic
// of the manager with one message router, which keeps their order
// (manager_channels_init in main/manager_channels.c). So:
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
