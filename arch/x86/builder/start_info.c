/* SPDX-License-Identifier: MIT */
/*
 * start_info.c - the page that tells a domain what it has got
 * (public/xen.h, struct start_info): for domain 0 with the screen behind it,
 * for a guest with its console. A guest has no store: a port of it would make
 * Linux wait for an answer.
 */
#include "internal.h"
#include <hv/format.h>
#include <hv/string.h>
#include <public/xen.h>

#define MAGIC           "xen-3.0-x86_64"
#define LFB_UNIT        65536u

static void __init fill_text(struct dom0_vga_console_info *out,
                             const struct boot_video *v)
{
    out->video_type = XEN_VGATYPE_TEXT_MODE_3;
    out->u.text_mode_3.font_height = v->font_height ? v->font_height : 16;
    out->u.text_mode_3.cursor_x = v->cursor_x;
    out->u.text_mode_3.cursor_y = v->cursor_y;
    out->u.text_mode_3.rows = v->height ? v->height : 25;
    out->u.text_mode_3.columns = v->width ? v->width : 80;
}

static void __init fill_lfb(struct dom0_vga_console_info *out,
                            const struct boot_video *v)
{
    out->video_type = boot_info.efi_system_table ? XEN_VGATYPE_EFI_LFB
                                                 : XEN_VGATYPE_VESA_LFB;
    out->u.vesa_lfb.width = v->width;
    out->u.vesa_lfb.height = v->height;
    out->u.vesa_lfb.bytes_per_line = v->pitch;
    out->u.vesa_lfb.bits_per_pixel = v->bpp;
    out->u.vesa_lfb.lfb_base = (uint32_t)v->base;
    out->u.vesa_lfb.ext_lfb_base = (uint32_t)(v->base >> 32);
    out->u.vesa_lfb.lfb_size = (v->size + LFB_UNIT - 1) / LFB_UNIT;
    out->u.vesa_lfb.red_pos = v->red.pos;
    out->u.vesa_lfb.red_size = v->red.size;
    out->u.vesa_lfb.green_pos = v->green.pos;
    out->u.vesa_lfb.green_size = v->green.size;
    out->u.vesa_lfb.blue_pos = v->blue.pos;
    out->u.vesa_lfb.blue_size = v->blue.size;
    out->u.vesa_lfb.rsvd_pos = v->reserved.pos;
    out->u.vesa_lfb.rsvd_size = v->reserved.size;
}

static void __init fill_screen(struct start_info *si)
{
    struct dom0_vga_console_info *out = (void *)(si + 1);

    if (boot_info.video.type == BOOT_VIDEO_NONE)
        return;
    if (boot_info.video.type == BOOT_VIDEO_LFB)
        fill_lfb(out, &boot_info.video);
    else
        fill_text(out, &boot_info.video);
    si->console.dom0.info_off = sizeof(*si);
    si->console.dom0.info_size = sizeof(*out);
}

static void __init fill_console(const struct build *b, struct start_info *si)
{
    si->console.domU.mfn = b->p2m[b->layout.console_pfn];
    si->console.domU.evtchn = b->console_port;
}

void __init build_start_info(const struct build *b)
{
    const struct layout *l = &b->layout;
    struct start_info *si = build_page(b, l->start_info_pfn);

    memset(si, 0, PAGE_SIZE);
    string_copy(si->magic, MAGIC, sizeof(si->magic));
    si->nr_pages = b->nr_pages;
    si->shared_info = mfn_to_paddr(b->d->shared_info_mfn);
    si->flags = b->plan->is_dom0 ? SIF_PRIVILEGED | SIF_INITDOMAIN : 0;
    si->pt_base = l->virt_base + (l->tables_pfn << PAGE_SHIFT);
    si->nr_pt_frames = l->tables_count;
    si->mfn_list = l->p2m_va;
    if (l->p2m_is_mapped_apart) {
        si->first_p2m_pfn = l->p2m_pfn;
        si->nr_p2m_frames = l->p2m_pages + l->p2m_l1_count +
                            l->p2m_l2_count + l->p2m_l3_count;
    }
    if (b->initrd) {
        si->mod_len = b->initrd->size;
        if (l->initrd_is_mapped) {
            si->mod_start = l->virt_base + (l->initrd_pfn << PAGE_SHIFT);
        } else {
            si->mod_start = l->initrd_pfn;
            si->flags |= SIF_MOD_START_PFN;
        }
    }
    string_copy((char *)si->cmd_line, b->plan->cmdline,
                sizeof(si->cmd_line));
    if (b->plan->is_dom0)
        fill_screen(si);
    else
        fill_console(b, si);
}
