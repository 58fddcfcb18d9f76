/*
 * The front of the AppImage: a static program with a squashfs image behind it (AppImage type 2). It unpacks the image once, into
 * the user's cache, and runs its AppRun. Nothing is mounted, so it needs neither FUSE nor any library, also in a container.
 *
 * --appimage-offset     where the image begins
 * --appimage-extract    unpacks it into ./squashfs-root instead
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <squashfuse/squashfuse.h>

static void fail(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	fputs("Not done: ", stderr);
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
	va_end(values);
	exit(1);
}

static void joined(char *path, const char *format, ...)
{
	va_list values;
	int length;

	va_start(values, format);
	length = vsnprintf(path, PATH_MAX, format, values);
	va_end(values);
	if (length < 0 || length >= PATH_MAX)
		fail("the path %s… is too long.", path);
}

/* The image is behind the last part of the program, its table of sections. */
static size_t image_offset(const char *program)
{
	Elf64_Ehdr header;
	int fd = open(program, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, &header, sizeof header) != sizeof header)
		fail("%s can't be read: %s.", program, strerror(errno));
	close(fd);
	return header.e_shoff + (size_t)header.e_shentsize * header.e_shnum;
}

static void write_file(sqfs *fs, sqfs_inode *inode, const char *path)
{
	static char buffer[1 << 20];
	sqfs_off_t done = 0, total = inode->xtra.reg.file_size;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, inode->base.mode & 0777);

	if (fd < 0)
		fail("%s can't be made: %s.", path, strerror(errno));
	while (done < total) {
		sqfs_off_t got = sizeof buffer, written = 0;

		if (sqfs_read_range(fs, inode, done, &got, buffer) != SQFS_OK || got <= 0)
			fail("the AppImage is damaged; load it down again.");
		while (written < got) {
			ssize_t wrote = write(fd, buffer + written, got - written);

			if (wrote < 0 && errno != EINTR)
				fail("%s can't be written: %s.", path, strerror(errno));
			if (wrote > 0)
				written += wrote;
		}
		done += got;
	}
	if (close(fd) != 0)
		fail("%s can't be written: %s.", path, strerror(errno));
}

static void write_link(sqfs *fs, sqfs_inode *inode, const char *path)
{
	char target[PATH_MAX];
	size_t size = sizeof target;

	if (sqfs_readlink(fs, inode, target, &size) != SQFS_OK || symlink(target, path) != 0)
		fail("%s can't be made: %s.", path, strerror(errno));
}

static void unpack(const char *program, const char *folder)
{
	char path[PATH_MAX];
	sqfs fs;
	sqfs_traverse walk;
	sqfs_err error = SQFS_OK;

	if (sqfs_open_image(&fs, program, image_offset(program)) != SQFS_OK ||
	    sqfs_traverse_open(&walk, &fs, sqfs_inode_root(&fs)) != SQFS_OK)
		fail("the AppImage is damaged; load it down again.");
	if (mkdir(folder, 0700) != 0)
		fail("%s can't be made: %s.", folder, strerror(errno));
	while (sqfs_traverse_next(&walk, &error)) {
		sqfs_inode inode;

		if (walk.dir_end)
			continue;
		if (sqfs_inode_get(&fs, &inode, walk.entry.inode) != SQFS_OK)
			fail("the AppImage is damaged; load it down again.");
		joined(path, "%s/%s", folder, walk.path);
		if (S_ISDIR(inode.base.mode)) {
			if (mkdir(path, 0755) != 0)
				fail("%s can't be made: %s.", path, strerror(errno));
		} else if (S_ISLNK(inode.base.mode)) {
			write_link(&fs, &inode, path);
		} else {
			write_file(&fs, &inode, path);
		}
	}
	if (error != SQFS_OK)
		fail("the AppImage is damaged; load it down again.");
	sqfs_traverse_close(&walk);
}

/* Makes a folder and those that it is in. */
static void make_folders(char *path)
{
	for (char *end = path + 1;; end++) {
		char kept = *end;

		if (kept != '/' && kept != '\0')
			continue;
		*end = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			fail("%s can't be made: %s.", path, strerror(errno));
		*end = kept;
		if (kept == '\0')
			return;
	}
}

/* Unpacks the image where that hasn't been done, in one step for whoever starts it at the same time, and says where it is. */
static void unpacked(const char *program, char *folder)
{
	char base[PATH_MAX], fresh[PATH_MAX];
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	struct stat found;

	if (cache && cache[0] == '/')
		joined(base, "%s/cloudtolocalllm", cache);
	else if (home && home[0] == '/')
		joined(base, "%s/.cache/cloudtolocalllm", home);
	else
		fail("HOME isn't set; it is unpacked into ~/.cache.");
	joined(folder, "%s/appimage-%s", base, IMAGE_ID);
	if (lstat(folder, &found) == 0) {
		if (!S_ISDIR(found.st_mode) || found.st_uid != geteuid())
			fail("%s isn't a folder of yours; remove it.", folder);
		return;
	}
	make_folders(base);
	joined(fresh, "%s.%d", folder, (int)getpid());
	unpack(program, fresh);
	/* Another one was quicker: its folder has the same in it. */
	if (rename(fresh, folder) != 0 && lstat(folder, &found) != 0)
		fail("%s can't be made: %s.", folder, strerror(errno));
}

int main(int count, char **arguments)
{
	char program[PATH_MAX], folder[PATH_MAX], start[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);

	if (length < 0)
		fail("/proc isn't there.");
	program[length] = '\0';

	if (count == 2 && strcmp(arguments[1], "--appimage-offset") == 0) {
		printf("%zu\n", image_offset(program));
		return 0;
	}
	if (count == 2 && strcmp(arguments[1], "--appimage-extract") == 0) {
		unpack(program, "squashfs-root");
		return 0;
	}
	unpacked(program, folder);
	joined(start, "%s/AppRun", folder);
	setenv("APPIMAGE", program, 1);
	setenv("APPDIR", folder, 1);
	arguments[0] = start;
	execv(start, arguments);
	fail("%s can't be run: %s.", start, strerror(errno));
}
