//! The checks in the order of their numbers: 01 … 30 as numbered by the research, 31 … 37 what R-041 adds, 38 what R-045 does.

use super::{Entry, Sentence};

macro_rules! checks {
    ($($number:literal $code:literal $r041:expr, $title:literal, $method:literal; $title_en:literal, $method_en:literal;)*) => {
        /// Every check, in the order of its number.
        pub const ENTRIES: &[Entry] = &[$(Entry {
            number: $number,
            code: $code,
            r041: $r041,
            title: Sentence { chinese: $title, english: $title_en },
            method: Sentence { chinese: $method, english: $method_en },
        }),*];
    };
}

checks! {
    "01" "operating-system" Some(1), "操作系统及硬件", "读取操作系统名称、版本、内核及硬件标识。";
        "Operating system and hardware", "Name, version, kernel and hardware identifiers of the system are read.";
    "02" "virtual-machine" Some(1), "虚拟机、容器及远程会话", "查验是否运行于虚拟机、容器或者远程会话之中。";
        "Virtual machine, container, remote session", "Signs of a virtual machine, a container or a remote session are looked for.";
    "03" "clock-offset" Some(3), "系统时间", "向两个以上独立时间源查询，计算本机时间的偏差；网站所报时间仅供参考。";
        "System time", "At least two independent time servers are asked for the offset of the clock; the dates of web servers are a weak addition.";
    "04" "time-zone" Some(3), "时区及语言", "读取本机时区及语言设置。";
        "Time zone and language", "Time zone and language settings are read.";
    "05" "hosts-file" Some(4), "hosts 文件", "读取 hosts 文件全文及域名查询次序，查找非默认条目及拟取证的域名。";
        "Hosts file", "The hosts file and the order of name look-up are read; entries beyond the default and hosts to be captured are looked for.";
    "06" "resolver-configuration" Some(6), "域名服务器设置", "读取本机所用的域名服务器。";
        "Resolver settings", "The resolvers this machine uses are read.";
    "07" "independent-resolution" Some(6), "域名解析比对", "就每一域名向两个以上独立域名服务器查询，与本机解析结果及浏览器实际连接的地址比对。";
        "Names compared", "Every host is asked of at least two independent resolvers; the answers are compared with the system’s and with the addresses the browser used.";
    "08" "dns-cache" None, "域名缓存", "读取本机域名缓存的状态，不作更改。";
        "Cache of names", "The state of the system’s cache of names is read and not changed.";
    "09" "proxy" Some(5), "代理服务器", "读取环境变量、系统设置及自动配置中的代理；取证后核对浏览器日志所载的连接方式。";
        "Proxies", "Proxies of the environment, of the system and of automatic configuration are read; after the capture the browser’s own log must say DIRECT.";
    "10" "vpn-interfaces" Some(5), "虚拟专用网络接口", "列出网络接口，查找虚拟专用网络及隧道接口。";
        "VPN interfaces", "Network interfaces are listed; VPN and tunnel interfaces are looked for.";
    "11" "routes" Some(7), "路由及网关", "读取路由表、默认网关及其硬件地址、本机对外地址。";
        "Routes and gateway", "Routes, default gateway with its hardware address and the outgoing local address are read.";
    "12" "path-to-target" Some(8), "至目标网站的路径", "与目标网站建立连接；装有路由跟踪工具的，一并记录所经路径。";
        "Way to the site", "A connection to each site is made; where a tool is installed the route is traced.";
    "13" "public-address" Some(7), "公网出口地址", "向外部服务查询本机的公网出口地址。";
        "Public address", "Outside services are asked for the public address of this machine.";
    "14" "redirect-rules" None, "重定向规则", "读取系统防火墙中改变连接去向的规则。";
        "Redirecting rules", "Rules of the system’s firewall that change where connections go are read.";
    "15" "trust-store" Some(9), "受信任的根证书", "读取系统及用户的根证书，查找发行版以外另行添加的根证书。";
        "Trusted roots", "Root certificates of system and user are read; roots added beyond the distribution’s are looked for.";
    "16" "browser-binary" Some(12), "浏览器程序", "计算浏览器程序的校验值，并以软件包校验信息或者厂商签名核对。";
        "Browser program", "The browser’s program is hashed and compared with its package or its maker’s signature.";
    "17" "browser-policies" Some(12), "浏览器策略及扩展", "查找外部施加于浏览器的策略、扩展及启动参数。";
        "Browser policies and extensions", "Policies, extensions and flags put on the browser from outside are looked for.";
    "18" "browser-profile" Some(13), "浏览器用户目录", "查验浏览器用户目录是否新建且为空，有无缓存、Cookie 及历史记录。";
        "Browser profile", "The browser’s profile must be new and empty: no cache, no cookies, no history.";
    "19" "browser-command-line" Some(12), "浏览器启动参数及环境", "核对浏览器的启动参数及环境变量，有无证书例外、代理、调试端口等。";
        "Browser command line and environment", "Arguments and variables of the browser are checked for certificate exceptions, proxies, debugging ports and the like.";
    "20" "browser-modules" Some(10), "浏览器所载模块", "读取浏览器进程所载的可执行模块。";
        "Modules in the browser", "Executable modules mapped into the browser are read.";
    "21" "processes" Some(10), "进程清单", "列出进程及其程序的校验值，查找抓包、代理及调试程序。";
        "Processes", "Processes are listed with the digests of their programs; interceptors, proxies and debuggers are looked for.";
    "22" "listening-sockets" Some(10), "监听端口", "列出监听端口，查找代理端口及浏览器调试端口。";
        "Listening sockets", "Listening sockets are listed; ports of proxies and debuggers are looked for.";
    "23" "security-software" Some(11), "安全软件", "读取安全软件自报的状态及病毒库日期。";
        "Security software", "Security software is asked for its state and the date of its signatures.";
    "24" "secure-boot" None, "安全启动及内核模块", "读取安全启动状态及内核模块。";
        "Secure boot and kernel modules", "The state of secure boot and the kernel’s modules are read.";
    "25" "office-network" None, "本处网络", "将本机地址、网关及公网出口与本处登记的网络核对。";
        "Office network", "Local address, gateway and public address are compared with the networks registered by the office.";
    "26" "control-sites" None, "对照网站", "访问公钥已知的对照网站，核对其公钥。";
        "Control sites", "Sites whose public keys are known are visited and their keys compared.";
    "27" "recorder-self-test" Some(16), "取证程序自检", "以内置网页试录，逐字节核对所录内容。";
        "Self-test of the recorder", "The recorder records its own pages, and what it recorded is compared octet by octet.";
    "28" "people" None, "办理人员", "登记操作人员、承办公证员、协办人员及卷宗编号。";
        "People", "Operator, handling notary, second person and case number are registered.";
    "29" "recording" None, "全程录屏", "查验录屏是否先于检查开始、并持续至检查结束。";
        "Continuous recording", "The recording must begin before the checks and last beyond them.";
    "30" "re-run" None, "取证前后比对", "取证后重新检查，与取证前的结果比对。";
        "Before and after", "The checks are made again after the capture and compared with those before.";
    "31" "user-privileges" Some(2), "用户权限", "读取当前用户的权限。";
        "User privileges", "The rights of the current user are read.";
    "32" "screen-sharing" Some(10), "远程控制及屏幕共享", "在进程清单中查找远程控制及屏幕共享程序。";
        "Remote control and screen sharing", "Programs for remote control and screen sharing are looked for among the processes.";
    "33" "storage" Some(14), "存储空间及介质", "读取可用存储空间及存储介质序列号。";
        "Storage", "Free space and the serial number of the storage medium are read.";
    "34" "removable-media" Some(15), "移动存储介质", "查找已接入的移动存储介质。";
        "Removable media", "Removable media that are mounted are looked for.";
    "35" "input-automation" Some(17), "自动输入程序", "查找模拟键盘、鼠标操作的程序及设备。";
        "Automated input", "Programs and devices that press keys or move the mouse are looked for.";
    "36" "target-address" Some(18), "目标地址性质", "查验目标网站的地址是否为本机、局域网等非公网地址。";
        "Kind of address", "The addresses of the sites must be of the public internet, not of this machine or network.";
    "37" "clock-integrity" Some(3), "时钟及程序未被篡改", "查找预加载的程序库，比对程序、内核及文件系统三者的时间，并查验时钟有无跳变。";
        "Clock not tampered with", "Preloaded libraries are looked for; the clocks of programs, kernel and file system are compared, and steps of the clock are looked for.";
    "38" "network-baseline" None, "网络连通基准", "于取证前后各访问一次本处选定的参照网页，记录应答地址、状态及内容校验值，以示网络连通。";
        "Network baseline", "Pages chosen by the office are fetched before and after the capture; who answered, status and digest show whether the network is live.";
}
