# Calls that change the machine or are old ways into the kernel.
# expect: blocked WORD
# each: init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff acct quotactl vhangup lookup_dcookie seccomp move_pages migrate_pages mbind set_mempolicy
import wall

wall.denied(wall.WORD, wall.call(wall.WORD, 0, 0, 0, 0, 0, 0))
