//! Reasons: why abnormal, or why not checked.

use super::Sentence;

macro_rules! reasons {
    ($($code:literal = $chinese:literal, $english:literal;)*) => {
        /// Every reason with its sentence, by code.
        pub const REASONS: &[(&str, Sentence)] =
            &[$(($code, Sentence { chinese: $chinese, english: $english })),*];
    };
}

reasons! {
    // the machine
    "system-unknown" = "未能读取操作系统名称或者内核版本。", "Name or kernel version of the system could not be read.";
    "virtual-machine" = "本机运行于虚拟机或者容器之中（{signs}）。", "This machine is a virtual machine or a container ({signs}).";
    "remote-session" = "当前为远程会话（{session}）。", "The session comes from another machine ({session}).";
    "virtualisation-unknown" = "未能判断本机是否为虚拟机。", "It could not be told whether this is a virtual machine.";
    "user-privileged" = "当前用户具有管理员权限，可以更改系统。", "The current user holds administrator’s rights and can alter the system.";
    "privileges-unknown" = "未能读取当前用户的权限。", "The rights of the current user could not be read.";
    // the clock
    "clock-offset" = "本机时间与时间源 {source} 相差 {seconds} 秒。", "The clock differs from the time source {source} by {seconds} s.";
    "no-time-servers" = "未指定时间源。", "No time servers were named.";
    "too-few-time-servers" = "仅有 {answered} 个时间源作出答复，不足两个。", "{answered} time servers answered; two are needed.";
    "zone-unknown" = "未能读取本机时区。", "The time zone could not be read.";
    "preloaded" = "存在预加载的程序库或者伪造时间的设置：{what}。", "A library is preloaded or the time is falsified: {what}.";
    "clock-step" = "检查期间本机时钟跳变 {seconds} 秒。", "The clock stepped by {seconds} s during the checks.";
    "clock-not-that-of-files" = "新写入文件的时间与程序所见时间相差 {seconds} 秒。", "The time of a freshly written file differs from the clock by {seconds} s.";
    "clock-not-that-of-kernel" = "内核时间与程序所见时间相差 {seconds} 秒。", "The kernel’s clock differs from the one programs see by {seconds} s.";
    "file-time-unknown" = "未能写入临时文件以比对时间。", "No temporary file could be written to compare the clocks.";
    // names
    "hosts-captured" = "hosts 文件将拟取证的域名 {host} 指向 {address}。", "The hosts file sends the host to be captured, {host}, to {address}.";
    "hosts-added" = "hosts 文件含有非默认条目：{entry}。", "The hosts file holds an entry beyond the default: {entry}.";
    "hosts-diverted" = "域名查询不经通常途径：{what}。", "Names are looked up by an unusual way: {what}.";
    "hosts-unreadable" = "未能读取 hosts 文件。", "The hosts file could not be read.";
    "resolver-on-this-machine" = "域名服务器设在本机（{address}）。", "The resolver is on this machine ({address}).";
    "resolvers-unknown" = "未能读取域名服务器设置。", "The resolver settings could not be read.";
    "no-targets" = "未指定取证目标。", "No hosts to be captured were named.";
    "no-resolvers" = "未指定独立域名服务器。", "No independent resolvers were named.";
    "too-few-resolvers" = "就域名 {host} 仅有 {answered} 个独立域名服务器作出答复，不足两个。", "{answered} independent resolvers answered for {host}; two are needed.";
    "no-system-answer" = "本机未能解析域名 {host}，无从比对。", "The system has no address for {host}; there is nothing to compare.";
    "dns-differs" = "域名 {host} 的本机解析结果（{system}）与独立域名服务器的答复（{independent}）不符。", "The system’s address of {host} ({system}) differs from those of independent resolvers ({independent}).";
    "browser-address-differs" = "浏览器就域名 {host} 实际连接 {address}，不在独立域名服务器的答复（{independent}）之列。", "For {host} the browser connected to {address}, which is not among the answers of independent resolvers ({independent}).";
    "dns-private" = "本机将域名 {host} 解析为非公网地址 {address}，独立域名服务器并无此答复。", "The system gives {host} the address {address}, which is not public and which no independent resolver gave.";
    "dns-intercepted" = "向并无域名服务器的地址 {address} 查询仍得到答复，域名查询在途中被截取。", "A question to {address}, where no resolver is, was answered: questions are intercepted on the way.";
    "dns-cache-unreadable" = "未能读取域名缓存的状态。", "The state of the cache of names could not be read.";
    // between browser and site
    "proxy-set" = "设有代理服务器（{place}：{value}）。", "A proxy is set ({place}: {value}).";
    "browser-used-proxy" = "浏览器访问 {host} 时使用了代理（{list}）。", "The browser used a proxy for {host} ({list}).";
    "proxy-settings-unreadable" = "未能读取系统代理设置。", "The system’s proxy settings could not be read.";
    "proxy-decision-unknown" = "浏览器日志未载明其是否使用代理。", "The browser’s log does not say whether it used a proxy.";
    "tunnel" = "存在虚拟专用网络或者隧道接口 {name}。", "There is a VPN or tunnel interface, {name}.";
    "interfaces-unknown" = "未能列出网络接口。", "The network interfaces could not be listed.";
    "route-over-default" = "存在覆盖默认路由的路由（{route}）。", "A route lies over the default route ({route}).";
    "routes-unknown" = "未能读取路由表。", "The routes could not be read.";
    "no-egress-services" = "未指定查询公网出口地址的服务。", "No services to ask for the public address were named.";
    "public-address-unknown" = "未能查得公网出口地址。", "The public address could not be found out.";
    "redirection" = "存在改变连接去向的规则：{rule}。", "A rule changes where connections go: {rule}.";
    "redirections-unreadable" = "未能完整读取系统防火墙规则。", "The rules of the system’s firewall could not all be read.";
    "no-office-networks" = "未登记本处网络。", "No networks of the office are registered.";
    "local-address-unknown" = "未能读取本机对外地址。", "The outgoing local address could not be read.";
    "not-office-network" = "本机地址 {address} 不属于本处登记的网络。", "The local address {address} belongs to no registered network of the office.";
    "target-unreached" = "未能与 {host} 建立连接（{reason}）。", "{host} could not be reached ({reason}).";
    "target-unresolved" = "域名 {host} 没有地址。", "{host} has no address.";
    "target-not-public" = "{host} 的地址 {address} 不是公网地址。", "The address of {host}, {address}, is not of the public internet.";
    // trust
    "root-added" = "存在另行添加的根证书：{subject}（位于 {place}，校验值 {digest}）。", "A root certificate was added: {subject} (in {place}, digest {digest}).";
    "root-list-altered" = "发行版的根证书文件已被更改：{file}。", "A file of the distribution’s roots was altered: {file}.";
    "roots-unreadable" = "未能读取根证书库 {store}。", "The store of roots {store} could not be read.";
    // the browser
    "no-browser" = "未提供浏览器的相关信息。", "Nothing was said of the browser.";
    "browser-altered" = "浏览器文件与其发布者交付的不一致：{file}。", "A file of the browser is not as delivered: {file}.";
    "browser-unreadable" = "未能读取浏览器程序。", "The browser’s program could not be read.";
    "browser-origin-unknown" = "没有软件包或者厂商签名可以证明浏览器程序的来源。", "Neither a package nor a signature vouches for the browser’s program.";
    "browser-policy" = "浏览器被施加策略：{place}。", "A policy is put on the browser: {place}.";
    "browser-extension" = "浏览器被强制安装扩展：{place}。", "An extension is put on the browser: {place}.";
    "browser-flags" = "环境变量为浏览器追加启动参数：{flags}。", "A variable adds arguments to the browser: {flags}.";
    "policies-unreadable" = "未能读取 {place}。", "{place} could not be read.";
    "profile-not-empty" = "浏览器用户目录并非空目录，已有 {entries} 项。", "The browser’s profile is not empty: {entries} entries.";
    "profile-older-than-session" = "浏览器用户目录中有早于本次取证的内容（{oldest}）。", "The browser’s profile holds something older than this session ({oldest}).";
    "profile-unreadable" = "未能读取浏览器用户目录。", "The browser’s profile could not be read.";
    "flag-accepts-bad-certificates" = "浏览器启动参数允许无效证书或者不安全内容：{flag}。不得取证。", "An argument makes the browser accept what it would refuse: {flag}. No capture may be made.";
    "flag-forbidden" = "浏览器启动参数不合要求：{flag}。", "The browser has an argument it must not have: {flag}.";
    "variable-forbidden" = "浏览器环境变量不合要求：{name}。", "The browser has a variable it must not have: {name}.";
    "argument-not-given" = "浏览器带有取证程序未给出的启动参数：{argument}。", "The browser has an argument the recorder did not give: {argument}.";
    "browser-traced" = "浏览器正被进程 {pid} 跟踪调试。", "The browser is being traced by process {pid}.";
    "browser-process-unreadable" = "未能读取浏览器进程 {pid} 的信息。", "Process {pid} of the browser could not be read.";
    "browser-not-running" = "浏览器尚未运行。", "The browser is not running.";
    "module-foreign" = "浏览器载有来历不明的模块：{module}。", "A foreign module is in the browser: {module}.";
    "modules-unreadable" = "未能读取浏览器所载模块。", "The modules in the browser could not be read.";
    // programs
    "program-intercepts" = "存在抓包、代理或者调试程序：{name}（进程 {pid}）。", "An interceptor, proxy or debugger is running: {name} (process {pid}).";
    "program-remote" = "存在远程控制或者屏幕共享程序：{name}（进程 {pid}）。", "A program for remote control or screen sharing is running: {name} (process {pid}).";
    "program-automates" = "存在模拟键盘、鼠标操作的程序：{name}（进程 {pid}）。", "A program that presses keys or moves the mouse is running: {name} (process {pid}).";
    "virtual-input" = "程序 {program} 正占用虚拟输入设备。", "The program {program} holds a virtual input device.";
    "processes-unreadable" = "未能列出进程。", "The processes could not be listed.";
    "debugging-port" = "进程 {name}（{pid}）开放了浏览器调试端口 {port}。", "Process {name} ({pid}) opened a browser debugging port, {port}.";
    "port-listening" = "可疑端口正在监听：{address}。", "A suspicious port is listening: {address}.";
    "sockets-unreadable" = "未能列出监听端口。", "The listening sockets could not be listed.";
    // security, boot, storage
    "no-security-software" = "未发现安全软件，或者未能读取其状态。", "No security software was found, or its state could not be read.";
    "signatures-old" = "{name} 的病毒库已 {days} 天未更新。", "The signatures of {name} are {days} days old.";
    "security-software-off" = "安全软件未启用。", "Security software is off.";
    "secure-boot-unknown" = "未能读取安全启动状态。", "The state of secure boot could not be read.";
    "kernel-modules-unknown" = "未能读取内核模块。", "The kernel’s modules could not be read.";
    "system-protection-off" = "系统保护（{what}）已被关闭。", "A protection of the system, {what}, is off.";
    "disk-nearly-full" = "可用存储空间不足（{free} 字节）。", "There is too little free space ({free} bytes).";
    "free-space-unknown" = "未能读取可用存储空间。", "The free space could not be read.";
    "disk-serial-unknown" = "未能读取存储介质序列号。", "The serial number of the storage medium could not be read.";
    "removable-mounted" = "已接入移动存储介质：{medium}。", "A removable medium is mounted: {medium}.";
    "media-unknown" = "未能列出存储介质。", "The storage media could not be listed.";
    // the session
    "control-site-differs" = "对照网站 {host} 的公钥与登记的不符。", "The control site {host} showed another key than registered.";
    "control-site-unreached" = "未能访问对照网站 {host}（{reason}）。", "The control site {host} could not be reached ({reason}).";
    "too-few-control-sites" = "对照网站仅 {count} 个，不足两个。", "{count} control sites were named; two are needed.";
    "self-test-not-run" = "未进行取证程序自检。", "The recorder’s self-test was not run.";
    "self-test-failed" = "取证程序自检未通过（{served} 项中 {matching} 项一致）。不得取证。", "The recorder’s self-test failed ({matching} of {served} match). No capture may be made.";
    "self-test-too-small" = "取证程序自检仅 {served} 项，不足 100 项。", "The recorder’s self-test served {served} resources; 100 are needed.";
    "people-unnamed" = "未登记办理人员。", "Nobody was named.";
    "person-unnamed" = "办理信息不全，缺 {part}。", "A name or number is missing: {part}.";
    "second-person-same" = "操作人员与协办人员为同一人（{name}）。", "Operator and second person are the same ({name}).";
    "no-recording" = "未提供录屏信息。", "Nothing was said of a recording.";
    "recording-late" = "录屏晚于检查开始 {milliseconds} 毫秒。", "The recording began {milliseconds} ms after the checks.";
    "recording-ended-early" = "录屏先于检查结束。", "The recording ended before the checks.";
    "recording-gap" = "录屏中断 {milliseconds} 毫秒。", "The recording has a gap of {milliseconds} ms.";
    "no-report-before" = "未提供取证前的检查报告，无从比对。", "The report before the capture was not given; there is nothing to compare.";
    "comparison-pending" = "尚未比对。", "The comparison was not made.";
    "changed" = "取证前后不一致（{check}／{what}）：原为“{before}”，现为“{after}”。", "Changed during the capture ({check}, {what}): “{before}” became “{after}”.";
    "no-reference-addresses" = "未指定参照网页。", "No reference pages were named.";
    "reference-failed" = "参照网页 {address} 未能取得（{reason}），不能证明网络连通。", "The reference page {address} did not come ({reason}): nothing shows that the network is live.";
    "check-unknown" = "本程序没有此项检查。", "This program has no such check.";
}
