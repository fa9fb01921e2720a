<?xml version="1.0" encoding="UTF-8"?>
<!--
  Makes the policy of these tests from the default one of DSS, read from its jar, so that nothing else can differ.
  A package carries no CRL or OCSP answer and the tests go to no network, so the default policy cannot pass any
  time-stamp. This one does not require revocation data for the certificate of a time-stamping authority; a warning
  says so for each. The rule needs a mark to know these certificates by: RFC 3161 2.3 gives them all extKeyUsage.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns="http://dss.esig.europa.eu/validation/policy"
                xmlns:dss="http://dss.esig.europa.eu/validation/policy">

  <xsl:template match="@* | node()">
    <xsl:copy>
      <xsl:apply-templates select="@* | node()"/>
    </xsl:copy>
  </xsl:template>

  <xsl:template match="dss:Timestamp//dss:SigningCertificate/dss:RevocationDataAvailable">
    <RevocationDataSkip Level="WARN">
      <CertificateExtensions>
        <Id>2.5.29.37</Id>
      </CertificateExtensions>
    </RevocationDataSkip>
    <xsl:copy-of select="."/>
  </xsl:template>
</xsl:stylesheet>
