#!/bin/sh
# Copies what the image needs of the Debian that runs this, and nothing else: base.sh ROOT
# A shell with a few programs, the C and C++ libraries, time zones. No package manager, no setuid program.
set -eu
root=$1
# What deploy/compose/keys.sh runs, and what one wants when one looks around in a container.
programs="cat chmod chown cp date env find grep head id ls mkdir mv printenv rm sed sleep tail"
packages="base-files bash dash libc6 libgcc-s1 libstdc++6 libtinfo6 netbase tzdata zlib1g"

# Of /bin, /lib and their like, Debian has links into /usr.
mkdir -p "$root/etc" "$root/usr" "$root/tmp" "$root/var/lib/dpkg/status.d"
chmod 1777 "$root/tmp"
for each in bin sbin lib lib64; do
  if [ -L "/$each" ]; then cp -P "/$each" "$root/$each"; mkdir -p "$root/usr/$each"; fi
done
for each in $packages; do
  # Scanners look here for what is installed, and of which version.
  dpkg-query --status "$each" > "$root/var/lib/dpkg/status.d/$each" 2>/dev/null || {
    rm "$root/var/lib/dpkg/status.d/$each"
    continue
  }
  dpkg-query --listfiles "$each"
done | sort -u | while read -r path; do
  case "$path" in
    */gconv/* | /usr/share/doc/*/changelog* | /usr/share/man/* | /usr/share/locale/* | /usr/share/bash-completion/* \
      | /usr/share/zoneinfo/right/* | /usr/share/lintian/* | /usr/share/menu/* | /usr/share/info/*) continue ;;
  esac
  if [ -L "$path" ] || [ -f "$path" ]; then
    mkdir -p "$root/${path%/*}"
    cp -a "$path" "$root$path"
  elif [ -d "$path" ]; then
    mkdir -p "$root$path"
  fi
done
for each in $programs; do
  program=$(command -v "$each")
  cp -L "$program" "$root/usr/bin/"
  # Under the name that the program asks for; the dynamic linker itself is there.
  ldd "$program" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | while read -r library; do
    [ -e "$root$library" ] || cp -L "$library" "$root$library"
  done
done
cp /etc/nsswitch.conf "$root/etc/" 2>/dev/null || echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
chmod 1777 "$root/var/tmp"
for each in passwd group; do grep -E '^(root|nobody|nogroup):' "/etc/$each" > "$root/etc/$each"; done
echo 'sluice:x:10001:10001:sluice:/nonexistent:/usr/sbin/nologin' >> "$root/etc/passwd"
echo 'sluice:x:10001:' >> "$root/etc/group"
find "$root" -xdev -perm /6000 -type f -exec chmod a-s {} +
ldconfig -r "$root"
