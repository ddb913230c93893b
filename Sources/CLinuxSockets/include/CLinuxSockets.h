#pragma once

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

// The structs and numbers of <linux/tcp.h> and friends that Swift's Glibc module does not offer. As plain bytes, so that
// Swift can pass them to setsockopt(2) without knowing their layout.

// struct tcp_md5sig: the key for segments of one address.
struct martlet_tcp_md5sig {
    uint8_t bytes[216];
};

// The control messages of IP_PKTOPTIONS and IPV6_2292PKTOPTIONS, as getsockopt(2) gives them; zero after the last.
struct martlet_packet_options {
    uint8_t bytes[128];
};

// The argument of SO_BINDTODEVICE, a name that ends in 0.
struct martlet_interface_name {
    uint8_t bytes[16];
};

// The beginning of struct tcp_info, as getsockopt(2) gives it for TCP_INFO.
struct martlet_tcp_info {
    uint8_t bytes[128];
};

// How many octets that were sent the other system has acknowledged; a SYN of this side counts as one.
uint64_t martlet_acknowledged_octets(struct martlet_tcp_info info);

// A key of `length` bytes for the addresses that share their first `prefix_length` bits with `address`; its port is
// ignored. TCP_MD5SIG takes it for that one address, whatever the prefix length, TCP_MD5SIG_EXT for all.
struct martlet_tcp_md5sig martlet_make_tcp_md5sig(
    const struct sockaddr *address, socklen_t address_length, uint8_t prefix_length, const uint8_t *key, size_t length);

// The TTL or hop limit among the control messages, -1 for none.
int martlet_arrival_ttl(struct martlet_packet_options options);

// Cut to 15 bytes.
struct martlet_interface_name martlet_make_interface_name(const char *name);

// The interface index of an IPv6 socket address, 0 for none and for other families.
uint32_t martlet_scope(const struct sockaddr *address, socklen_t address_length);

// Writes the address that the kernel would send from to `address`, and returns its length of 4 or 16, or 0 when there is
// no route. Nothing is sent.
size_t martlet_source(const struct sockaddr *address, socklen_t address_length, uint8_t source[16]);

// Opens a socket to the kernel's tables of devices, addresses and routes (rtnetlink(7)), or returns -1 and sets errno.
// It is told of every change of devices, addresses and routes with `follows`, and blocks unless it is told of them.
int martlet_open_rtnetlink(int follows);

// Asks such a socket for all entries of a table: RTM_GETLINK, RTM_GETADDR or RTM_GETROUTE. Returns 0, or -1 and sets errno.
int martlet_request_dump(int descriptor, uint16_t type);

extern const int martlet_TCP_MD5SIG;
extern const int martlet_TCP_MD5SIG_EXT;
extern const int martlet_IP_PKTOPTIONS;
extern const int martlet_IPV6_2292PKTOPTIONS;
extern const int martlet_IPV6_RECVHOPLIMIT;
extern const int martlet_IP_MINTTL;
extern const int martlet_IPV6_MINHOPCOUNT;
