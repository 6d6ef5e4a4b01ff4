/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sockets DIR N: names of AF_UNIX sockets, bound, connected and sent to N times;
 * a name that fills its room without a NUL; names that are looked up before
 * the socket is refused; and the addresses that are no paths, as they are
 * abstract, unnamed, too long or for a socket that takes none.
 * Truth: "lookups", a row by process, path, operation and errno.
 */
#include "conformance.h"
#include <arpa/inet.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static const char *directory;

static int new_socket(int type)
{
	int descriptor = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	if (descriptor < 0)
		die("no socket");
	return descriptor;
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) > sizeof(address.sun_path))
		die("%s is too long for a socket", path);
	memcpy(address.sun_path, path, strlen(path));
	return address;
}

static socklen_t length_of(const char *path)
{
	return offsetof(struct sockaddr_un, sun_path) + strlen(path);
}

static long bind_counted(int descriptor, const char *path)
{
	struct sockaddr_un address = address_of(path);

	return looked_up("bind", path,
			 syscall(SYS_bind, descriptor, &address, length_of(path)));
}

static long connect_counted(int descriptor, const char *path)
{
	struct sockaddr_un address = address_of(path);

	return looked_up("connect", path,
			 syscall(SYS_connect, descriptor, &address, length_of(path)));
}

static long send_to(int descriptor, const char *path, size_t bytes)
{
	static char message[1 << 20];
	struct sockaddr_un address = address_of(path);

	return syscall(SYS_sendto, descriptor, message, bytes, MSG_DONTWAIT | MSG_NOSIGNAL,
		       &address, length_of(path));
}

static long sendto_counted(int descriptor, const char *path)
{
	return looked_up("sendto", path, send_to(descriptor, path, 1));
}

static long sendmsg_counted(int descriptor, const char *path)
{
	struct sockaddr_un address = address_of(path);
	struct iovec part = { .iov_base = "x", .iov_len = 1 };
	struct msghdr message = { .msg_name = &address,
				  .msg_namelen = length_of(path),
				  .msg_iov = &part,
				  .msg_iovlen = 1 };

	return looked_up("sendmsg", path,
			 syscall(SYS_sendmsg, descriptor, &message, MSG_DONTWAIT));
}

static void expect(const char *what, long result, int error)
{
	if (error ? result != -1 || errno != error : result < 0)
		die("%s should %s", what, error ? strerrorname_np(error) : "succeed");
}

static void use_names(const char *path)
{
	int bound = new_socket(SOCK_DGRAM), other = new_socket(SOCK_DGRAM);
	char byte[2], *missing = text("%s/missing/x", directory), *file = text("%s/file", directory);

	expect("bind", bind_counted(bound, path), 0);
	expect("bind", bind_counted(other, path), EADDRINUSE);
	expect("connect", connect_counted(other, path), 0);
	expect("sendto", sendto_counted(other, path), 0);
	expect("sendmsg", sendmsg_counted(other, path), 0);
	if (read(bound, byte, 1) != 1 || read(bound, byte, 1) != 1)
		die("what was sent did not arrive");
	expect("connect", connect_counted(other, missing), ENOENT);
	expect("sendto", sendto_counted(other, missing), ENOENT);
	expect("connect", connect_counted(other, file), ECONNREFUSED);
	close(bound);
	expect("sendmsg", sendmsg_counted(other, path), ECONNREFUSED);
	close(other);
	if (looked_up("unlinkat", path, syscall(SYS_unlinkat, AT_FDCWD, path, 0)))
		die("cannot remove %s", path);
	free(missing);
	free(file);
}

/* The name comes first, and then whether the socket can have it. */
static void walk_first(const char *path)
{
	int bound = new_socket(SOCK_STREAM), client = new_socket(SOCK_STREAM);
	int receiver = new_socket(SOCK_DGRAM), sender = new_socket(SOCK_DGRAM);
	char *other = text("%s/other", directory);

	expect("bind", bind_counted(bound, path), 0);
	expect("bind", bind_counted(bound, other), EINVAL);
	if (listen(bound, 4))
		die("cannot listen");
	expect("connect", connect_counted(bound, path), EINVAL);
	expect("connect", connect_counted(client, path), 0);
	expect("connect", connect_counted(client, path), EISCONN);
	expect("bind", bind_counted(receiver, other), 0);
	if (shutdown(receiver, SHUT_RD))
		die("cannot stop receiving");
	expect("sendto", sendto_counted(sender, other), EPIPE);
	close(bound);
	close(client);
	close(receiver);
	close(sender);
	for (int i = 0; i < 2; i++) {
		const char *left = i ? other : path;

		if (looked_up("unlinkat", left, syscall(SYS_unlinkat, AT_FDCWD, left, 0)))
			die("cannot remove %s", left);
	}
	free(other);
}

/* A socket that takes no name, or not now. */
static void take_no_name(const char *path)
{
	int stream = new_socket(SOCK_STREAM), over_ip = socket(AF_INET, SOCK_STREAM, 0);
	int datagrams = new_socket(SOCK_DGRAM), file = open_counted(directory, O_PATH | O_CLOEXEC);
	struct {
		struct sockaddr_un address;
		char more;
	} named = { .address = address_of(path) };
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		die("no pair of sockets");
	expect("send by a stream", send_to(stream, path, 1), EOPNOTSUPP);
	expect("send by a pair", send_to(pair[0], path, 1), 0);
	expect("connect by TCP", connect(over_ip, (void *)&named, sizeof(named.address)),
	       EAFNOSUPPORT);
	expect("connect a file", connect(file, (void *)&named, sizeof(named.address)), EBADF);
	expect("connect to more", connect(stream, (void *)&named, sizeof(named.address) + 1),
	       EINVAL);
	expect("send too much", send_to(datagrams, path, 1 << 20), EMSGSIZE);
	if (shutdown(datagrams, SHUT_WR))
		die("cannot stop sending");
	expect("send no more", send_to(datagrams, path, 1), EPIPE);
	close(stream);
	close(over_ip);
	close(datagrams);
	close(file);
	close(pair[0]);
	close(pair[1]);
}

/* No address here is looked up in a file system. */
static void walk_nothing(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct sockaddr_in internet = { .sin_family = AF_INET,
					.sin_port = htons(9),
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int abstract = new_socket(SOCK_STREAM), unnamed = new_socket(SOCK_STREAM);
	int unconnected = new_socket(SOCK_DGRAM), over_ip = socket(AF_INET, SOCK_DGRAM, 0);
	char *path = text("%s/unseen", directory);
	struct sockaddr_un named = address_of(path);

	memcpy(address.sun_path, "\0spoor", 6);
	expect("abstract bind", bind(abstract, (void *)&address, sizeof(sa_family_t) + 6), 0);
	expect("autobind", bind(unnamed, (void *)&address, sizeof(sa_family_t)), 0);
	expect("connect by IP", connect(over_ip, (void *)&internet, sizeof(internet)), 0);
	expect("a name for IP", connect(over_ip, (void *)&named, sizeof(named)),
	       EAFNOSUPPORT);
	expect("no socket", connect(900, (void *)&named, sizeof(named)), EBADF);
	expect("send", send(unconnected, "x", 1, 0), ENOTCONN);
	close(abstract);
	close(unnamed);
	close(unconnected);
	close(over_ip);
	free(path);
}

/* As long as there is room, and so without a NUL at its end; relative, to be so short. */
static char *full_name(void)
{
	struct sockaddr_un room;
	char *name = malloc(sizeof(room.sun_path) + 1);

	if (!name)
		die("no memory");
	memset(name, 'n', sizeof(room.sun_path));
	name[sizeof(room.sun_path)] = 0;
	return name;
}

int main(int argc, char **argv)
{
	unsigned long times;
	char *path, *file, *full = full_name();

	if (argc != 3)
		die("usage: sockets DIR N");
	directory = directory_argument(argv[1]);
	times = number_argument(argv[2]);
	path = text("%s/socket", directory);
	make_file(file = text("%s/file", directory));
	if (looked_up("chdir", directory, syscall(SYS_chdir, directory)))
		die("cannot enter %s", directory);
	for (unsigned long i = 0; i < times; i++) {
		use_names(path);
		use_names(full);
		walk_first(path);
		take_no_name(path);
		walk_nothing();
	}
	printf("{\"program\":\"sockets\",\"pid\":%d", getpid());
	truth_print("lookups", TRUTH_LOOKUPS);
	json_end();
	return 0;
}
